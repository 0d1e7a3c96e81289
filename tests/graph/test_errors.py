"""Refusals: status, code at any depth, and a sentence without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import GraphError, StoppedError
from tap_entra.graph.errors import anonymous, graph_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_entra.graph import GraphClient
    from tests.graph.scripted import ScriptedGraph

    Refusal = Callable[..., GraphError]


@pytest.fixture
def refusal(graph: ScriptedGraph, client: GraphClient) -> Refusal:
    """The error of an answer."""

    def ask(status: int, body: Any = None, **headers: Any) -> GraphError:
        graph.says("/v1.0/users", body, status=status, headers=headers)
        with pytest.raises(GraphError) as refused:
            client.get("/v1.0/users?$filter=mail eq 'ada@contoso.example'", tries=1)
        return refused.value

    return ask


def nested(code: str, depth: int, spelling: str) -> dict[str, Any]:
    """Return an error whose telling code is `depth` levels down."""
    error: dict[str, Any] = {"code": code, "message": "The telling one."}
    for level in range(depth):
        error = {"code": "" if level % 2 else "BadRequest", "message": "", spelling: error}
    return {"error": error}


@pytest.mark.parametrize("spelling", ["innerError", "innererror"])
@pytest.mark.parametrize("depth", [0, 1, 2, 5])
def test_finds_a_code_at_any_depth_in_either_spelling(refusal: Refusal, depth: int, spelling: str) -> None:
    error = refusal(400, nested("syncStateNotFound", depth, spelling))

    assert error.has_code("syncstatenotfound")
    assert len(error.codes) == depth + 1


def test_finds_a_code_under_both_spellings_in_one_error() -> None:
    body = {"error": {"code": "a", "innerError": {"code": "b", "innererror": {"code": "c"}}}}

    assert graph_error("GET /v1.0/users", 400, body).codes == ("a", "b", "c")


def test_the_code_to_show_is_the_first_that_says_something(refusal: Refusal) -> None:
    assert refusal(400, {"error": {"code": "", "innerError": {"code": "Telling"}}}).code == "Telling"


@pytest.mark.parametrize(
    "body",
    [None, [], "x", {}, {"error": None}, {"error": "invalid"}, {"error": []}, {"error": {"innerError": "text"}}],
)
def test_reads_an_error_out_of_any_body(body: Any) -> None:
    error = graph_error("GET /v1.0/users", 400, body)

    assert error.code == ""
    assert str(error) == "Graph answered 400 to GET /v1.0/users"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "syncStateNotFound"),
        (400, "SyncStateNotFound"),
        (400, "resyncRequired"),
        (400, "Directory_ResyncRequired"),
        (404, "syncStateNotFound"),
        (410, "syncStateNotFound"),
        (410, "resyncRequired"),
        (410, "resyncChangesApplyDifferences"),
        (410, "Gone"),
        (410, ""),
    ],
)
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_knows_a_forgotten_delta_link_in_every_spelling(refusal: Refusal, status: int, code: str, depth: int) -> None:
    error = refusal(status, nested(code, depth, "innerError"), Location="https://graph.example/v1.0/users/delta")

    assert error.is_forgotten_delta


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "BadRequest"), (404, "Request_ResourceNotFound"), (403, "syncStateNotFound"), (503, "syncStateNotFound")],
)
def test_takes_no_other_refusal_for_a_forgotten_delta_link(refusal: Refusal, status: int, code: str) -> None:
    assert not refusal(status, {"error": {"code": code}}).is_forgotten_delta


@pytest.mark.parametrize(
    ("code", "lacks"),
    [
        ("Authentication_RequestFromNonPremiumTenantOrB2CTenant", "plan"),
        ("Authentication_RequestFromUnsupportedUserRole", "role"),
        ("Authorization_RequestDenied", "scope"),
        ("Authentication_MSGraphPermissionMissing", "scope"),
        ("Authentication_ApplicationHasNoDirectoryReadAccess", "scope"),
        ("Authentication_ApplicationHasNoReadAuditLogDataAccess", "scope"),
        ("AccessDenied", "scope"),
        ("ErrorAccessDenied", "scope"),
        ("Forbidden", "scope"),
        ("PermissionScopeNotGranted", "scope"),
        ("AadPremiumLicenseRequired", "plan"),
        ("SomethingNew", None),
    ],
)
@pytest.mark.parametrize("depth", [0, 1])
def test_tells_a_missing_plan_role_and_scope_apart(code: str, lacks: str | None, depth: int) -> None:
    error = graph_error("GET /v1.0/auditLogs/signIns", 403, nested(code, depth, "innerError"))

    found = {name for name in ("plan", "role", "scope") if getattr(error, f"lacks_{name}")}
    assert found == ({lacks} if lacks else set())
    assert error.is_refusal


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (400, "AadPremiumLicenseRequired", "The tenant needs to have Microsoft Entra ID P2."),
        (400, "UnknownError", '{"errorCode":"AadPremiumLicenseRequired","message":"The tenant needs to have P2."}'),
        (403, "Forbidden", "Your tenant is not licensed for this feature."),
        (403, "AccessDenied", "Your tenant is not licensed for this feature. Please upgrade your subscription."),
    ],
)
def test_knows_a_missing_plan_in_the_words_of_other_services(status: int, code: str, message: str) -> None:
    error = graph_error("GET /v1.0/identityProtection", status, {"error": {"code": code, "message": message}})

    assert (error.lacks_plan, error.lacks_scope, error.is_refusal) == (True, False, True)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_a_code_means_nothing_under_another_status(status: int) -> None:
    error = graph_error("GET /v1.0/auditLogs/signIns", status, {"error": {"code": "Authorization_RequestDenied"}})

    assert not any([error.lacks_plan, error.lacks_role, error.lacks_scope, error.is_refusal])


def test_knows_a_filter_that_is_not_accepted() -> None:
    message = "Invalid filter clause: created date before retention"

    assert graph_error("GET /x", 400, {"error": {"code": "BadRequest", "message": message}}).is_invalid_filter
    assert not graph_error("GET /x", 400, {"error": {"code": "BadRequest", "message": "No."}}).is_invalid_filter


def test_says_what_was_asked_what_came_back_and_what_to_quote(refusal: Refusal) -> None:
    error = refusal(
        403,
        {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient  privileges\nto complete."}},
        **{"request-id": "4a1c"},
    )

    assert str(error) == (
        "Graph answered 403 Authorization_RequestDenied to GET /v1.0/users: "
        '"Insufficient privileges to complete." (request-id 4a1c)'
    )


def test_never_repeats_the_query(refusal: Refusal) -> None:
    assert "ada" not in str(refusal(400, {"error": {"code": "BadRequest", "message": "No."}}))


def test_takes_the_request_id_from_the_body_when_no_header_has_it(refusal: Refusal) -> None:
    body = {"error": {"code": "x", "message": "No.", "innerError": {"request-id": "77b2", "message": "Deeper."}}}

    assert refusal(400, body).request_id == "77b2"


def test_takes_the_inner_message_when_the_outer_one_is_empty(refusal: Refusal) -> None:
    body = {"error": {"code": "TooManyRequests", "innerError": {"message": "Please retry after"}, "message": ""}}

    assert refusal(429, body).message == "Please retry after"


def test_cuts_a_message_that_is_a_page_long(refusal: Refusal) -> None:
    assert len(refusal(400, {"error": {"code": "x", "message": "long " * 1000}}).message) <= 400


def test_a_stop_is_no_error_of_graphs() -> None:
    assert not issubclass(StoppedError, GraphError)


def test_leaves_out_people_whom_graph_names(refusal: Refusal) -> None:
    words = "User 'jane.doe@contoso.example' may not read <mailto:jim@contoso.example>."

    error = refusal(403, {"error": {"code": "Forbidden", "message": words}})

    assert "@" not in str(error)
    assert "User '(an account)' may not read" in str(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The value 'mia meier' is too long.", "The value (a name) is too long."),
        ('Nothing matches "Larkspur sales".', "Nothing matches (a name)."),
        ("Could not find a property named 'ageGroup' on type 'User'.",) * 2,
    ],
)
def test_what_graph_quotes_is_masked_unless_it_is_a_term_of_graphs_own(text: str, expected: str) -> None:
    assert anonymous(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The user Mia Meier has no mailbox.", "The user (a name) has no mailbox."),
        ("Members of Group Anne-Marie O'Neill Team are hidden.", "Members of (a name) are hidden."),
        ("The mailbox for Ärne Öztürk is inactive.", "The mailbox for (a name) is inactive."),
        ("User is not in the allowed roles", "User is not in the allowed roles"),
        (
            "Calling principal does not have required MSGraph permissions AuditLog.Read.All",
            "Calling principal does not have required MSGraph permissions AuditLog.Read.All",
        ),
        ("Tenant is not a B2C tenant and doesn't have premium license",) * 2,
        ("Insufficient privileges to complete the operation.",) * 2,
    ],
)
def test_names_without_quotation_marks_are_masked_behind_what_they_name(text: str, expected: str) -> None:
    assert anonymous(text) == expected


def test_no_control_character_of_graphs_is_in_the_sentence() -> None:
    assert anonymous("It is \x1b[31mred\x9b.\r\nWARNING users: none") == "It is [31mred . WARNING users: none"


def test_no_control_character_of_a_path_is_in_the_sentence() -> None:
    assert "\x9b" not in str(GraphError("GET /users/\x9b2J", 404, (), ""))

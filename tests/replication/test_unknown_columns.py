"""Columns and streams that this Graph does not know: in a national cloud, or any longer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sandbox.faults.catalogue import FAULTS, Fault
from sandbox.graph_errors import bad_request
from sandbox.lists import PROPERTIES
from sandbox.messages import json_response
from tap_entra.tap import TapEntra
from tests.warehouse import selection, stop_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.messages import Request, Response
    from tests.warehouse import Project, Run

    Forget = Callable[..., None]

LIST, DELTA = "/v1.0/users", "/v1.0/users/delta"

#: By Microsoft's metadata of each cloud; China's lacks more.
#: https://github.com/microsoftgraph/msgraph-metadata/tree/master/schemas
LACKING = {
    "groups": ("group", {"organizationId"}),
    "service_principals": ("servicePrincipal", {"resourceSpecificApplicationPermissions", "verifiedPublisher"}),
    "applications": (
        "application",
        {"certification", "nativeAuthenticationApisEnabled", "samlMetadataUrl", "verifiedPublisher"},
    ),
    "organization": ("organization", {"defaultUsageLocation"}),
}
LACKING_IN_CHINA = {"groups": {"assignedLabels"}}


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Forget:
    """Has Graph know some properties no longer; those of a type that are not named, it knows again."""
    known = dict(PROPERTIES)

    def forget(entity: str, *names: str) -> None:
        of_type = known[entity]
        listed = [name for name in of_type.default if name not in names]
        monkeypatch.setitem(
            PROPERTIES,
            entity,
            replace(of_type, default=tuple(listed), on_request=of_type.on_request.difference(names)),
        )

    return forget


def selected(project: Project) -> list[set[str]]:
    """The columns that were asked for, of each request that names any."""
    return [{*one.query["$select"].split(",")} for one in project.requests() if "$select" in one.query]


def outcome(run: Run, stream: str) -> tuple[int, str]:
    return run.exit_code, run.reports[stream]["outcome"]


# National clouds


@pytest.mark.slow
@pytest.mark.parametrize("cloud", ["usgov", "usgov_dod", "china"])
@pytest.mark.parametrize("stream", LACKING)
def test_what_a_national_cloud_does_not_know_is_not_asked_for_there(
    project: Project, forget: Forget, caplog: pytest.LogCaptureFixture, cloud: str, stream: str
) -> None:
    entity, lacking = LACKING[stream]
    if cloud == "china":
        lacking = lacking | LACKING_IN_CHINA.get(stream, set())
    forget(entity, *lacking)

    run = project.run(stream, cloud=cloud)

    assert outcome(run, stream) == (0, "complete")
    assert "Could not find a property" not in caplog.text
    assert run.records(stream)
    assert not any(lacking & names for names in selected(project))
    tap = TapEntra(config={"cloud": cloud}, validate_config=False)
    assert not lacking & tap.streams[stream].schema["properties"].keys()


@pytest.mark.parametrize("stream", LACKING)
def test_in_the_global_cloud_all_of_it_is_asked_for(project: Project, stream: str) -> None:
    project.run(stream)

    assert any(LACKING[stream][1] | LACKING_IN_CHINA.get(stream, set()) <= names for names in selected(project))


@pytest.mark.parametrize("cloud", ["usgov", "usgov_dod", "china"])
def test_a_stream_that_a_cloud_does_not_offer_is_skipped_with_a_clear_word(
    project: Project, caplog: pytest.LogCaptureFixture, cloud: str
) -> None:
    stream = "service_principal_sign_in_activities"

    run = project.run(stream, "domains", cloud=cloud)

    assert outcome(run, stream) == (0, "skipped")
    assert outcome(run, "domains") == (0, "complete")
    assert f"Microsoft does not offer this in this cloud: deselect {stream}" in caplog.text
    assert not any("/reports/" in path for path in run.asked)


# Columns that Graph turns out not to know


def test_a_column_that_graph_does_not_know_stays_empty_and_costs_no_other(
    project: Project, forget: Forget, caplog: pytest.LogCaptureFixture
) -> None:
    forget("organization", "tenantType")

    run = project.run("organization")

    assert outcome(run, "organization") == (0, "complete")
    assert "The column 'tenantType' is not asked for and stays empty" in caplog.text
    (row,) = project.warehouse.live("organization")
    assert row["tenantType"] is None
    assert row["displayName"]


def test_several_such_columns_are_left_out_one_after_the_other(project: Project, forget: Forget) -> None:
    forget("user", "city", "department", "jobTitle")

    run = project.run("users")

    assert outcome(run, "users") == (0, "complete")
    assert project.warehouse.live("users")
    for row in project.warehouse.live("users"):
        assert (row["city"], row["department"], row["jobTitle"]) == (None, None, None)
        assert row["displayName"]


def test_of_a_delta_stream_the_plain_list_is_read_all_the_same_and_changes_follow(
    project: Project, forget: Forget
) -> None:
    forget("user", "city")
    first = project.run("users")
    project.tenant.pass_days(1)

    later = project.run("users")

    assert first.asked[LIST] == 1
    assert (later.asked[LIST], later.asked[DELTA]) == (0, 1)
    assert 0 < len(later.records("users")) < 40
    assert [mistake for mistake in project.mistakes("users") if ".city: None" not in mistake] == []


def test_no_later_run_asks_for_it_before_the_next_initial_sync_then_it_is_asked_for_again(
    project: Project, forget: Forget, caplog: pytest.LogCaptureFixture
) -> None:
    forget("user", "city")
    bookmark = project.run("users").bookmark("users")
    caplog.clear()
    assert project.run("users").bookmark("users")["selection"] == bookmark["selection"]
    assert "Could not find" not in caplog.text
    forget("user")

    project.tenant.pass_days(7)
    run = project.run("users")

    assert bookmark["refused_columns"] == "city"
    assert run.bookmark("users")["refused_columns"] is None
    assert run.bookmark("users")["selection"] != bookmark["selection"]
    assert project.mistakes("users") == []


def test_an_interrupted_initial_sync_goes_on_without_it(
    project: Project, forget: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_entra.streams.Users.page_size", 10)
    forget("user", "city")
    cut = project.run("users", on_message=stop_after("users", 15))

    run = project.run("users")

    assert len(run.records("users")) == 40 - 20
    assert run.bookmark("users")["version"] == cut.bookmark("users")["round_version"]
    assert run.bookmark("users")["refused_columns"] == "city"


def test_where_no_delta_link_is_to_be_had_in_advance_the_round_itself_leaves_it_out(
    project: Project, forget: Forget
) -> None:
    forget("user", "city")
    project.faults.next("denied", path="/users/delta")

    run = project.run("users")

    assert outcome(run, "users") == (0, "complete")
    assert run.asked[LIST] == 0
    assert len(project.warehouse.live("users")) == len(project.tenant.directory["users"].live)


def test_a_link_that_tracks_what_graph_no_longer_knows_makes_an_initial_sync_without_it(
    project: Project, forget: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.run("users")
    forget("user", "city")
    words = (
        "Parsing OData Select and Expand failed: Could not find a property named 'city' on type 'microsoft.graph.user'."
    )
    monkeypatch.setitem(FAULTS, "unknown_property", Fault(refuse=lambda _: bad_request(words, "BadRequest")))
    project.faults.next("unknown_property", path="/users/delta")

    run = project.run("users")
    later = project.run("users")

    assert outcome(run, "users") == (0, "complete")
    assert (run.asked[LIST], later.asked[LIST]) == (1, 0)
    assert run.bookmark("users")["refused_columns"] == "city"


def test_deselecting_it_makes_no_initial_sync(project: Project, forget: Forget) -> None:
    forget("user", "city")
    project.run("users")

    run = project.run(catalog=selection("users", without={"users": ("city",)}))

    assert run.asked[LIST] == 0


def test_a_key_that_graph_does_not_know_fails_the_stream_alone(project: Project, forget: Forget) -> None:
    forget("domain", "id")

    run = project.run("domains", "organization")

    assert run.exit_code == 1
    assert run.reports["domains"]["outcome"] == "failed"
    assert run.reports["domains"]["graphCode"] == "BadRequest"
    assert run.reports["organization"]["outcome"] == "complete"


# Refused in other words


@pytest.fixture
def refuse(project: Project) -> Forget:
    """Has Graph refuse each request that selects one of some properties, in any words."""
    answer = project.sandbox._graph.answer

    def refuse(*names: str, status: int = 400, message: str = "Unsupported query.", path: str = "/v1.0/") -> None:
        def refusing(request: Request) -> Response:
            selected = request.query.get("$select", "").split(",")
            if request.path.startswith(path) and not {*selected}.isdisjoint(names):
                return json_response({"error": {"code": "BadRequest", "message": message}}, status)
            return answer(request)

        project.sandbox._graph.answer = refusing

    return refuse


@pytest.mark.slow
@pytest.mark.parametrize(
    "what",
    [
        ("users", ("mobilePhone",)),
        ("users", ("accountEnabled", "surname")),
        ("groups", ("visibility",)),
        ("devices", ("trustType",)),
        ("applications", ("web",)),
        ("service_principals", ("tags",)),
        ("user_sign_in_activity", ("signInActivity",)),
        ("administrative_units", ("visibility",)),
    ],
)
@pytest.mark.parametrize(
    "words", [(400, "Unsupported query."), (501, "Not implemented."), (400, 'Property "{}" is no more.')]
)
def test_a_property_that_is_refused_in_any_words_costs_itself(
    project: Project,
    refuse: Forget,
    what: tuple[str, tuple[str, ...]],
    words: tuple[int, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    (stream, names), (status, message) = what, words
    refuse(*names, status=status, message=message.format(names[0]))

    run = project.run(stream)

    assert outcome(run, stream) == (0, "complete")
    assert run.records(stream)
    assert [text for text in caplog.messages if "stays empty" in text and names[0] in text]


def test_a_property_that_only_the_delta_round_refuses_costs_itself(project: Project, refuse: Forget) -> None:
    refuse("mobilePhone", path=DELTA)

    run = project.run("users")

    assert outcome(run, "users") == (0, "complete")
    assert run.records("users")


def test_a_list_that_is_refused_for_another_reason_fails(project: Project, refuse: Forget) -> None:
    refuse("id")

    assert outcome(project.run("users"), "users") == (1, "failed")

"""What Graph is asked for, list by list: each takes other options, and some lose rows if asked otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph.pacing import Pacing
from tap_entra.streams import STREAMS, UserSignInActivity
from tap_entra.tap import TapEntra
from tests.warehouse import selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project

ACTIVITY, GRANTS = "user_sign_in_activity", "oauth2_permission_grants"


def queries(project: Project, path: str) -> list[dict[str, str]]:
    """The options of each request to a path, without those of next links."""
    asked = [request.query for request in project.requests() if request.path == f"/v1.0{path}"]
    return [query for query in asked if not {"$skiptoken", "$deltatoken"} & query.keys()]


def everything(value: Any) -> list[Any]:
    """All names and values in some JSON, at any depth."""
    if isinstance(value, dict):
        return [*value, *(found for item in value.values() for found in everything(item))]
    if isinstance(value, list):
        return [found for item in value for found in everything(item)]
    return [value]


# Sign-in activity


@pytest.mark.parametrize(("page", "asked"), [(500, ["500"]), (120, ["500", "120"]), (100, ["500", "120", "100"])])
def test_sign_in_activity_comes_in_the_largest_pages_that_the_tenant_allows(
    new_project: Callable[..., Project], page: int, asked: list[str]
) -> None:
    project = new_project(users=130)
    project.faults.sign_in_activity_page = page

    run = project.run(ACTIVITY)

    assert [query["$top"] for query in queries(project, "/users")] == asked
    assert run.exit_code == 0
    assert project.mistakes(ACTIVITY) == []


def test_another_refusal_of_sign_in_activity_makes_the_pages_no_smaller(project: Project) -> None:
    project.faults.next("denied", times=10, path="/users")

    run = project.run(ACTIVITY)

    assert [query["$top"] for query in queries(project, "/users")] == ["500"]
    assert (run.exit_code, run.reports[ACTIVITY]["outcome"]) == (0, "skipped")


@pytest.mark.parametrize("size", [500, 120, 100])
def test_sign_in_activity_keeps_to_both_of_its_limits(size: int) -> None:
    pacing = Pacing()
    stream = UserSignInActivity(TapEntra(config={}, validate_config=False))

    stream._page_size = size

    assert pacing.of(stream.list_url()) == (pacing.reports, pacing.sign_in_activity)


# Grants


def test_grants_come_in_pages_of_999_as_smaller_ones_lose_rows(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    assert project.faults.loses_grants

    run = project.run(GRANTS)

    assert queries(project, "/oauth2PermissionGrants") == [{"$top": "999"}]
    assert run.exit_code == 0
    assert project.mistakes(GRANTS) == []
    assert "in several pages" not in caplog.text


def test_grants_that_come_in_several_pages_all_the_same_are_a_warning(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    grants = project.tenant.lists["oauth2PermissionGrants"]
    pattern = next(iter(grants.values()))
    grants.update({f"grant-{number}": {**pattern, "id": f"grant-{number}"} for number in range(2_000)})

    run = project.run(GRANTS)

    assert run.exit_code == 0
    assert project.mistakes(GRANTS) == []
    assert (
        caplog.text.count(f"{GRANTS}: Microsoft sent this list in several pages, and may have left out some rows") == 1
    )


# Options


@pytest.mark.parametrize(
    ("stream", "path", "options"),
    [
        ("subscribed_skus", "/subscribedSkus", set()),
        ("role_definitions", "/roleManagement/directory/roleDefinitions", set()),
        ("role_assignments", "/roleManagement/directory/roleAssignments", {"$select"}),
        ("organization", "/organization", {"$select"}),
        ("domains", "/domains", {"$select"}),
        ("groups", "/groups", {"$select", "$top"}),
    ],
)
def test_a_list_is_asked_only_with_what_it_takes(project: Project, stream: str, path: str, options: set[str]) -> None:
    run = project.run(stream)

    assert run.exit_code == 0
    assert run.reports[stream]["outcome"] == "complete"
    assert [query.keys() for query in queries(project, path)] == [options]


def test_delta_rounds_are_asked_for_columns_and_nothing_else(project: Project) -> None:
    project.run("users", "groups", "devices", "administrative_units", "applications", "service_principals")

    deltas = [request for request in project.requests() if request.path.endswith("/delta")]
    assert len(deltas) == 6
    assert all(request.query.keys() <= {"$select", "$deltatoken"} for request in deltas)


def test_every_request_asks_for_enum_members_that_are_newer_than_the_documentation(project: Project) -> None:
    project.faults.delta_page = 5
    project.run("group_members", "users", "app_role_assignments", "service_principal_sign_in_activities")
    project.tenant.pass_days(1)
    project.run("group_members", "users", "app_role_assignments", "service_principal_sign_in_activities")

    # What is inside a batch has no enum among its columns.
    asked = [request for request in project.sandbox.requests if request.path.startswith(("/v1.0/", "/beta/"))]
    assert len(asked) > 5
    assert {request.headers.get("prefer") for request in asked} == {"include-unknown-enum-members"}


def test_no_column_says_which_values_an_enum_may_have() -> None:
    for stream in STREAMS:
        assert "enum" not in everything(stream.schema)


def test_arrays_have_no_declared_elements_so_that_the_loader_makes_jsonb_of_them() -> None:
    for stream in STREAMS:
        assert "items" not in everything(stream.schema)


# What is never asked for


def test_neither_certificates_nor_hints_of_secrets_leave_the_tap(project: Project) -> None:
    run = project.run("applications", "service_principals")

    secrets = [
        secret
        for row in project.tenant.truth("applications") + project.tenant.truth("service_principals")
        for secret in [*(row.get("passwordCredentials") or []), *(row.get("keyCredentials") or [])]
    ]
    assert any(secret.get("hint") for secret in secrets)
    assert any(secret.get("usage") == "Sign" for secret in secrets)
    selected = [{*query["$select"].split(",")} for query in queries(project, "/servicePrincipals")]
    assert all("keyCredentials" in names and "logo" not in names for names in selected)
    found = everything([run.records("applications"), run.records("service_principals")])
    assert "passwordCredentials" in found
    assert {secret["keyId"] for secret in secrets} <= {value for value in found if isinstance(value, str)}
    assert not {"hint", "secretText", "key"} & {value for value in found if isinstance(value, str)}


def test_deselecting_the_bulky_columns_of_apps_saves_their_bytes(project: Project) -> None:
    bulky = ("appRoles", "oauth2PermissionScopes", "info")
    whole = project.run("service_principals")
    assert all(set(bulky) <= {*query["$select"].split(",")} for query in queries(project, "/servicePrincipals"))

    lean = project.run(state={}, catalog=selection("service_principals", without={"service_principals": bulky}))

    assert not any(set(bulky) & {*query["$select"].split(",")} for query in queries(project, "/servicePrincipals"))
    written, rest = (len(str(run.records("service_principals"))) for run in (whole, lean))
    assert rest < written * 0.8


def test_the_big_logs_are_not_asked_for_unless_selected(project: Project) -> None:
    catalog = TapEntra(config={}, validate_config=False).catalog_dict
    optional = {
        entry["tap_stream_id"] for entry in catalog["streams"] if not entry["metadata"][-1]["metadata"]["selected"]
    }
    logs = {stream.name for stream in STREAMS if stream.name in optional and stream.path.startswith("/auditLogs")}
    beta = {
        "non_interactive_sign_in_summaries",
        "non_interactive_sign_ins",
        "service_principal_sign_ins",
        "managed_identity_sign_ins",
    }
    assert logs == {*beta, "provisioning_logs"}

    run = project.run("domains")

    assert not any(path.startswith("/beta/") for path in run.asked)


# Removed rows


@pytest.mark.parametrize(
    ("stream", "collection"),
    [
        ("groups", "groups"),
        ("applications", "applications"),
        ("service_principals", "servicePrincipals"),
        ("devices", "devices"),
        ("administrative_units", "administrativeUnits"),
    ],
)
def test_what_was_removed_keeps_its_last_known_columns(project: Project, stream: str, collection: str) -> None:
    project.run(stream)
    store = project.tenant.directory[collection]
    gone = next(iter(store.live))
    before = dict(project.warehouse.tables[stream][gone,])
    store.soft_delete(gone, project.tenant.now())

    project.run(stream)

    after = project.warehouse.tables[stream][gone,]
    changed = {name for name in before if before[name] != after[name] and not name.startswith("_sdc_")}
    assert after["_sdc_deleted_at"]
    assert after["displayName"] == before["displayName"] is not None
    assert changed <= {"deletedDateTime"}


@pytest.mark.parametrize(
    ("stream", "collection"),
    [
        ("groups", "groups"),
        ("service_principals", "servicePrincipals"),
        ("administrative_units", "administrativeUnits"),
    ],
)
def test_reconcile_days_heals_what_no_round_told(project: Project, stream: str, collection: str) -> None:
    project.run(stream)
    gone, _ = project.tenant.directory[collection].live.popitem()
    project.run(stream)
    assert gone in {row["id"] for row in project.warehouse.live(stream)}
    project.tenant.pass_days(2)

    project.run(stream, reconcile_days=2)

    assert gone in {row["id"] for row in project.warehouse.deleted(stream)}
    assert project.mistakes(stream) == []

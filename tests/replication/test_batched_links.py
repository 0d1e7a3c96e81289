"""Who looks after which app, asked for app by app: one row a link, and nothing of the owners but their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.warehouse import selection

if TYPE_CHECKING:
    from tests.loader import Row
    from tests.warehouse import Project

STREAM = "service_principal_owners"


def links(rows: list[Row]) -> set[tuple[str, str, str]]:
    return {(row["servicePrincipalId"], row["ownerId"], row["ownerType"]) for row in rows}


def test_a_row_for_each_owner_who_lives_people_and_apps(project: Project) -> None:
    leaver = next(row["ownerId"] for row in project.tenant.truth(STREAM) if row["ownerType"] == "user")
    project.tenant.directory["users"].soft_delete(leaver, project.tenant.now())

    run = project.run(STREAM)

    assert links(run.records(STREAM)) == links(project.tenant.truth(STREAM))
    assert {row["ownerType"] for row in run.records(STREAM)} == {"user", "servicePrincipal"}
    assert leaver not in {row["ownerId"] for row in run.records(STREAM)}
    assert run.order(STREAM) == ["SCHEMA", "RECORD", "ACTIVATE_VERSION"]


def test_twenty_apps_in_one_request_and_of_the_owners_only_ids(project: Project) -> None:
    project.run(STREAM)

    batches = [one for one in project.sandbox.requests if one.inner and one.inner[0].path.endswith("/owners")]
    apps = len(project.tenant.directory["servicePrincipals"].live)
    assert len(batches) == -(-apps // 20)
    assert all(part.query["$select"] == "id" for batch in batches for part in batch.inner)


def test_who_no_longer_looks_after_an_app_vanishes(project: Project) -> None:
    project.run(STREAM)
    principals = project.tenant.directory["servicePrincipals"]
    app, owners = next((app, owners) for app, owners in principals.links["owners"].items() if owners)
    owner = next(iter(owners))
    principals.unlink("owners", app, owner, project.tenant.now())

    project.run(STREAM)

    assert links(project.warehouse.deleted(STREAM)) == {(app, owner, "user")}
    assert links(project.warehouse.live(STREAM)) == links(project.tenant.truth(STREAM))


def test_owners_over_several_pages_keep_their_app(project: Project) -> None:
    principals = project.tenant.directory["servicePrincipals"]
    app = next(iter(principals.live))
    crowd = {f"{number:08}-0000-4000-8000-000000000000": "#microsoft.graph.user" for number in range(1_500)}
    project.tenant.directory["users"].live.update({id_: {"id": id_} for id_ in crowd})
    principals.links["owners"][app] = crowd

    run = project.run(STREAM)

    assert {row["ownerId"] for row in run.records(STREAM) if row["servicePrincipalId"] == app} == {*crowd}


def test_what_the_owner_is_can_be_left_out(project: Project) -> None:
    run = project.run(catalog=selection(STREAM, without={STREAM: ("ownerType",)}))

    assert run.exit_code == 0
    assert run.records(STREAM)
    assert all(row.keys() == {"servicePrincipalId", "ownerId"} for row in run.records(STREAM))

"""The recipes of docs/personal-data.md keep out what they promise, and the views still build."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sandbox import Sandbox
from tests.documentation.pages import samples
from tests.transform.company import Company, recent_tuesday

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

#: What the recipes leave selected of the default streams, as far as views need it.
STREAMS = (
    "organization", "domains", "subscribed_skus", "users", "user_managers", "user_sign_in_activity",
    "user_registration_details", "groups", "group_members", "applications", "service_principals",
    "app_role_assignments", "oauth2_permission_grants", "role_assignments", "role_definitions", "sign_ins",
    "stream_runs",
)  # fmt: skip
NETWORKS = ("ipAddress", "location", "deviceDetail", "userAgent")


def recipes() -> dict[str, Any]:
    """The settings of all recipes together."""
    found: dict[str, Any] = {"stream_maps": {}}
    for sample in samples("yaml"):
        if sample.place.startswith("docs/personal-data.md"):
            config = yaml.safe_load(sample.code)["config"]
            for stream, rules in config.pop("stream_maps").items():
                found["stream_maps"].setdefault(stream, {}).update(rules)
            found.update(config)
    return found


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    settings = recipes()
    settings["stream_map_config"]["salt"] = "a long salt"
    with Sandbox(60, 400, 5, postgres=True, starts=recent_tuesday(), planted=True) as sandbox:
        company = Company(sandbox, tmp_path_factory.mktemp("private"), *STREAMS, **settings)
        for _ in range(2):
            company.load()
            company.build("build")
            sandbox.tenant.pass_days(1)
        yield company


def test_no_address_of_a_person_is_in_any_raw_table(company: Company) -> None:
    people = company.tenant.truth("users")
    addresses = {row[name].lower() for row in people for name in ("userPrincipalName", "mail") if row.get(name)}

    assert len(addresses) > 50
    found = {
        f"{table}.{column}"
        for table in company.raw_tables()
        for row in company.rows(table, "entra")
        for column, value in row.items()
        if addresses & {*re.findall(r"[^\s\"',:;<>]+@[^\s\"',:;<>]+", json.dumps(value, default=str).lower())}
    }
    assert found == set()


def test_a_person_has_one_pseudonym_in_all_tables(company: Company) -> None:
    known = {row["id"]: row["userPrincipalName"] for row in company.rows("users", "entra") if row["userPrincipalName"]}
    used = {(row["userId"], row["userPrincipalName"]) for row in company.rows("sign_ins", "entra")}

    assert known
    assert {known[user] for user, _ in used if user in known} == {name for user, name in used if user in known}


def test_nothing_is_known_of_networks_and_photos(company: Company) -> None:
    signed_in = company.rows("sign_ins", "entra")

    assert signed_in
    assert not {*NETWORKS} & {*signed_in[0]}
    assert "profile_photos" not in company.raw_tables()
    assert {row["has_photo"] for row in company.rows("employees")} == {None}


def test_the_views_hold_one_department(company: Company) -> None:
    there = [row for row in company.rows("employees") if row["account_state"] != "left"]

    assert {row["department"] for row in there} == {"Sales"}
    assert len(there) > 2

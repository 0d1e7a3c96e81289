"""The seeds hold what they promise, and the rules give each permission the level that a reviewer would."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tap_entra.streams import STREAMS
from tests.transform.macros import macros_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox import Sandbox

    Ask = Callable[..., list[tuple[str, str]]]

PACKAGE = Path(__file__).parents[2] / "transform/entra"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
LEVELS = ["none", "low", "medium", "high", "critical"]

#: Hosts of everybody's apps, of which one in the tenant is as likely the company's own.
ANYBODYS = (
    "amazonaws.com", "amazoncognito.com", "auth0.com", "azurefd.net", "azurewebsites.net", "cloudfront.net",
    "firebaseapp.com", "github.io", "google.com", "herokuapp.com", "microsoft.com", "microsoftonline.com",
    "netlify.app", "onmicrosoft.com", "pages.dev", "vercel.app", "windows.net", "workers.dev",
)  # fmt: skip

GRAPH = "00000003-0000-0000-c000-000000000000"
AZURE = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
NO_KNOWN_API = "11111111-2222-3333-4444-555555555555"

Row = dict[str, str]


def seed(name: str) -> list[Row]:
    with (PACKAGE / "seeds" / f"entra__{name}.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def repeated(values: list[str]) -> set[str]:
    return {value for value in values if values.count(value) > 1}


def test_names_every_stream_of_the_tap() -> None:
    named = [row["stream"] for row in seed("streams")]

    assert named == sorted({stream.name for stream in STREAMS} - {"stream_runs"}), (
        "`make docs` writes the streams into transform/entra/seeds/entra__streams.csv"
    )


def test_knows_three_hundred_products_in_thirty_categories() -> None:
    products = seed("products")

    assert len(products) >= 300
    assert len({row["category"] for row in products}) >= 30
    assert not repeated([row["product"].lower() for row in products])
    assert all(row["website"].startswith("https://") for row in products)


def test_a_category_overlaps_or_does_not_and_it_takes_two_to_overlap() -> None:
    by_category: dict[str, list[str]] = {}
    for row in seed("products"):
        by_category.setdefault(row["category"], []).append(row["overlaps"])

    assert all(len(set(overlaps)) == 1 for overlaps in by_category.values())
    assert all(len(overlaps) > 1 for overlaps in by_category.values() if overlaps[0] == "true")


def test_every_product_can_be_recognised_and_by_nothing_that_another_has() -> None:
    products = {row["product"] for row in seed("products")}
    matches = seed("product_matches")

    assert {row["product"] for row in matches} == products
    assert not repeated([row["match_by"] + row["value"] for row in matches])


@pytest.mark.parametrize(
    ("match_by", "spelling"), [("domain", HOST), ("app_id", GUID), ("application_template_id", GUID)]
)
def test_products_are_matched_by_bare_hosts_and_ids(match_by: str, spelling: re.Pattern[str]) -> None:
    values = [row["value"] for row in seed("product_matches") if row["match_by"] == match_by]

    assert values
    assert [value for value in values if not spelling.fullmatch(value)] == []


def test_a_host_within_another_products_host_is_the_only_way_that_two_products_match() -> None:
    owners = {row["value"]: row["product"] for row in seed("product_matches") if row["match_by"] == "domain"}

    needless = [
        host
        for host, product in owners.items()
        if any(owners.get(host.split(".", depth)[-1]) == product for depth in range(1, host.count(".")))
    ]

    assert needless == []


def test_no_product_claims_hosts_that_anybody_may_use() -> None:
    hosts = [row["value"] for row in seed("product_matches") if row["match_by"] == "domain"]

    assert [
        host for host in hosts if any(anybodys == host or anybodys.endswith("." + host) for anybodys in ANYBODYS)
    ] == []


def test_names_six_hundred_licences_in_words() -> None:
    licences = seed("licence_names")
    ids = [row["sku_id"] for row in licences if row["sku_id"]]

    assert len(ids) >= 600
    assert not repeated(ids)
    assert all(GUID.fullmatch(sku_id) for sku_id in ids)
    assert all(row["name"] and "_" not in row["name"] for row in licences)


@pytest.mark.parametrize("part_number", ["FLOW_FREE", "POWER_BI_STANDARD", "TEAMS_EXPLORATORY", "WINDOWS_STORE"])
def test_spare_seats_of_free_licences_are_no_waste(part_number: str) -> None:
    free = {row["sku_part_number"]: row["is_free"] for row in seed("licence_names")}

    assert free[part_number] == "true"
    assert free["SPE_E5"] == "false"


def test_prices_are_the_users_to_fill_in() -> None:
    assert seed("licence_prices") == []


@pytest.mark.parametrize(
    ("name", "key", "least"),
    [
        ("microsoft_apps", "app_id", 4000),
        ("app_roles", "app_role_id", 716),
        ("delegated_permissions", "permission_id", 807),
    ],
)
def test_ids_of_microsoft_are_ids_and_each_there_once(name: str, key: str, least: int) -> None:
    ids = [row[key] for row in seed(name)]

    assert len(ids) >= least
    assert all(GUID.fullmatch(value) for value in ids)
    assert not repeated(ids)


def test_no_app_is_both_microsofts_and_a_product() -> None:
    microsofts = {row["app_id"] for row in seed("microsoft_apps")}

    assert not microsofts & {row["value"] for row in seed("product_matches")}


def test_at_most_one_exception_speaks_of_a_permission() -> None:
    exceptions = seed("permission_exceptions")
    spoken_of = [
        f"{row['resource_app_id']} {row['permission'].lower()} {type_}"
        for row in exceptions
        for type_ in (["delegated", "application"] if row["type"] == "any" else [row["type"]])
    ]

    assert len(exceptions) >= 25
    assert not repeated(spoken_of)
    assert all(row["risk"] in LEVELS and row["words"] and row["reason"] for row in exceptions)
    assert all(GUID.fullmatch(row["resource_app_id"]) for row in exceptions)


@pytest.fixture
def ask(standing_sandbox: Sandbox) -> Ask:
    """Runs a macro of the rules on a real PostgreSQL, over rows of (permission, type, resource_app_id, consent)."""
    assert standing_sandbox.postgres is not None
    macros = macros_of("permission_risk.sql")

    def run(macro: str, rows: Sequence[tuple[str | None, ...]], *arguments: str) -> list[tuple[str, str]]:
        expression = getattr(macros, macro)(*arguments)
        query = f"""
            select asked.permission, {expression}
            from unnest(%s::text[], %s::text[], %s::text[], %s::text[]) with ordinality
                as asked (permission, type, resource_app_id, consent, place)
            order by asked.place
        """
        with psycopg.connect(standing_sandbox.postgres.url.replace("+psycopg", "")) as connection:
            return connection.execute(query, [list(column) for column in zip(*rows, strict=True)]).fetchall()

    return run


RISK = ("permission_risk", "asked.permission", "asked.type", "asked.resource_app_id", "asked.consent")

RATED = {
    # To know who somebody is.
    ("openid", "delegated", "admin"): "none",
    ("profile", "delegated", "user"): "none",
    ("offline_access", "delegated", "user"): "none",
    ("User.Read", "delegated", "user"): "low",
    # What people write to each other and keep.
    ("Mail.ReadBasic", "delegated", "user"): "low",
    ("Mail.Read", "delegated", "user"): "medium",
    ("Mail.Read", "delegated", "admin"): "medium",
    ("Mail.Read.Shared", "delegated", "admin"): "high",
    ("Mail.ReadWrite", "delegated", "user"): "high",
    ("Mail.Send", "delegated", "user"): "high",
    ("Mail.ReadBasic.All", "application", "admin"): "medium",
    ("Mail.Read", "application", "admin"): "high",
    ("Mail.ReadWrite", "application", "admin"): "critical",
    ("Mail.Send", "application", "admin"): "critical",
    ("Files.Read", "delegated", "user"): "medium",
    ("Files.Read.All", "delegated", "user"): "medium",
    ("Files.Read.All", "delegated", "admin"): "high",
    ("Files.ReadWrite.AppFolder", "delegated", "user"): "low",
    ("Files.ReadWrite.All", "application", "admin"): "critical",
    ("Sites.Selected", "application", "admin"): "medium",
    ("Sites.FullControl.All", "application", "admin"): "critical",
    ("Chat.ReadBasic", "delegated", "user"): "low",
    ("ChannelMessage.Read.All", "application", "admin"): "high",
    ("EWS.AccessAsUser.All", "delegated", "user"): "high",
    ("IMAP.AccessAsUser.All", "delegated", "user"): "high",
    ("SMTP.Send", "delegated", "user"): "high",
    ("OnlineMeetingTranscript.Read.All", "application", "admin"): "high",
    # Who may do what.
    ("RoleManagement.Read.Directory", "application", "admin"): "medium",
    ("RoleManagement.ReadWrite.Directory", "application", "admin"): "critical",
    ("RoleManagement.ReadWrite.Directory", "delegated", "user"): "critical",
    ("AppRoleAssignment.ReadWrite.All", "application", "admin"): "critical",
    ("Application.ReadWrite.All", "application", "admin"): "critical",
    ("Application.Read.All", "delegated", "admin"): "medium",
    ("Directory.Read.All", "application", "admin"): "medium",
    ("Directory.ReadWrite.All", "application", "admin"): "critical",
    ("Directory.AccessAsUser.All", "delegated", "admin"): "critical",
    ("Policy.ReadWrite.ConditionalAccess", "application", "admin"): "critical",
    ("UserAuthenticationMethod.ReadWrite.All", "application", "admin"): "critical",
    ("DeviceManagementConfiguration.ReadWrite.All", "application", "admin"): "critical",
    # Ordinary, and what hardly concerns people.
    ("Calendars.Read", "delegated", "user"): "low",
    ("Calendars.ReadWrite", "delegated", "admin"): "medium",
    ("Calendars.ReadWrite", "application", "admin"): "high",
    ("User.ReadBasic.All", "delegated", "user"): "low",
    ("User.Read.All", "application", "admin"): "medium",
    ("User.ReadWrite.All", "application", "admin"): "high",
    ("Group.ReadWrite.All", "delegated", "admin"): "high",
    ("Presence.Read.All", "delegated", "user"): "low",
    ("Printer.ReadWrite.All", "application", "admin"): "medium",
    ("TeamsActivity.Send", "application", "admin"): "medium",
    ("TeamsAppInstallation.ReadWriteSelfForUser.All", "application", "admin"): "low",
    # A name that no rule has seen yet.
    ("Something.New", "delegated", "user"): "low",
    ("Something.ReadWrite.All", "application", "admin"): "high",
    ("whatever", "application", "admin"): "medium",
}


def test_rates_permissions_by_what_their_names_say(ask: Ask) -> None:
    rows = [(permission, type_, GRAPH, consent) for permission, type_, consent in RATED]

    answers = ask(RISK[0], rows, *RISK[1:])

    rated = {(name, type_, consent): risk for (name, type_, _, consent), (_, risk) in zip(rows, answers, strict=True)}
    assert rated == RATED


@pytest.mark.parametrize(
    ("permission", "type_", "resource", "risk"),
    [
        ("AllSites.Write", "delegated", SHAREPOINT, "high"),
        ("MyFiles.Read", "delegated", SHAREPOINT, "medium"),
        ("Mail.Read", "application", EXCHANGE, "high"),
        ("user_impersonation", "delegated", NO_KNOWN_API, "medium"),
        ("access_as_user", "delegated", NO_KNOWN_API, "medium"),
        ("Mail.Send", "delegated", NO_KNOWN_API, "medium"),
        ("Orders.Read", "application", NO_KNOWN_API, "medium"),
        ("Mail.Read", "application", None, "high"),
    ],
)
def test_the_same_word_means_something_else_to_other_apis(
    ask: Ask, permission: str, type_: str, resource: str | None, risk: str
) -> None:
    assert ask(RISK[0], [(permission, type_, resource, None)], *RISK[1:]) == [(permission, risk)]


def test_every_permission_gets_a_level_and_words(ask: Ask) -> None:
    seeds = [*seed("app_roles"), *seed("delegated_permissions"), *seed("permission_exceptions")]
    names = {(row["permission"], row["resource_app_id"]) for row in seeds}
    rows = [(name, type_, resource, "admin") for name, resource in names for type_ in ("delegated", "application")]

    levels = ask(RISK[0], rows, *RISK[1:])
    words = ask("permission_words", rows, "asked.permission", "asked.type")

    assert [answer for answer in levels if answer[1] not in LEVELS] == []
    assert [answer for answer in words if not answer[1]] == []


def test_more_is_never_rated_less(ask: Ask) -> None:
    families = sorted({row["permission"].split(".")[0] for row in seed("app_roles") if "." in row["permission"]})
    ladders = [
        [(f"{family}.{verb}.All", type_, GRAPH, consent) for type_, consent in steps for verb in verbs]
        for family in families
        for verbs, steps in (
            (("ReadBasic", "Read", "ReadWrite"), [("delegated", "user")]),
            (("ReadBasic", "Read", "ReadWrite"), [("delegated", "admin")]),
            (("ReadBasic", "Read", "ReadWrite"), [("application", "admin")]),
            (("ReadBasic",), [("delegated", "user"), ("delegated", "admin"), ("application", "admin")]),
            (("Read",), [("delegated", "user"), ("delegated", "admin"), ("application", "admin")]),
            (("ReadWrite",), [("delegated", "user"), ("delegated", "admin"), ("application", "admin")]),
        )
    ]
    answers = iter(ask(RISK[0], [row for ladder in ladders for row in ladder], *RISK[1:]))

    rated = [[LEVELS.index(next(answers)[1]) for _ in ladder] for ladder in ladders]

    assert [ladder for ladder, ranks in zip(ladders, rated, strict=True) if ranks != sorted(ranks)] == []


def test_capitals_make_no_difference(ask: Ask) -> None:
    rows = [("MAIL.READ", "Application", GRAPH.upper(), "Admin"), (" mail.send", "DELEGATED", GRAPH, "USER")]

    assert [risk for _, risk in ask(RISK[0], rows, *RISK[1:])] == ["high", "high"]


def test_says_what_a_permission_lets_an_app_do(ask: Ask) -> None:
    asked = [("Mail.Read", "application"), ("Files.ReadWrite.All", "delegated"), ("Calendars.Read.Shared", "delegated"),
             ("RoleManagement.ReadWrite.Directory", "application"), ("openid", "delegated"),
             ("Mail.ReadBasic", "delegated"), ("TeamSettings.Read.All", "application"),
             ("Mail.Send.Shared", "delegated"), ("User.Read", "delegated"), ("Device.Command", "delegated"),
             ("InformationProtectionPolicy.Read.All", "application"),
             ("APIConnectors.Read.All", "application"),
             ("NetworkAccessBranch.Read.All", "application"), ("Presence.ReadWrite.All", "application")]  # fmt: skip

    answers = ask("permission_words", [(*row, None, None) for row in asked], "asked.permission", "asked.type")

    assert [words for _, words in answers] == [
        "read mail, for the whole company",
        "read and change files, all that the person signed in can reach",
        "read calendars, also what is shared with the person signed in",
        "read and change admin roles (directory), for the whole company",
        "sign people in",
        "read the basics of mail, for the person signed in",
        "read team settings, for the whole company",
        "send mail, also from mailboxes shared with the person signed in",
        "read the profile of the person signed in",
        "command devices, for the person signed in",
        "read information protection policies, for the whole company",
        "read api connectors, for the whole company",
        "read network access branches, for the whole company",
        "read and change presence, for the whole company",
    ]


def test_an_exception_differs_from_the_rule_or_says_more(ask: Ask) -> None:
    exceptions = seed("permission_exceptions")
    rows = [
        (row["permission"], row["type"], row["resource_app_id"], "admin") for row in exceptions if row["type"] != "any"
    ]
    told = [(row["risk"], row["words"]) for row in exceptions if row["type"] != "any"]

    levels = [risk for _, risk in ask(RISK[0], rows, *RISK[1:])]
    words = [text for _, text in ask("permission_words", rows, "asked.permission", "asked.type")]

    assert [
        row
        for row, exception, rule in zip(rows, told, zip(levels, words, strict=True), strict=True)
        if exception == rule
    ] == []


def test_the_highest_of_many_levels_is_found_by_rank(ask: Ask) -> None:
    rows = [(level, None, None, None) for level in LEVELS]

    ranks = [rank for _, rank in ask("risk_rank", rows, "asked.permission")]
    levels = [level for _, level in ask("risk_level", rows, "(asked.place - 1)::int")]

    assert [int(rank) for rank in ranks] == [0, 1, 2, 3, 4]
    assert levels == LEVELS

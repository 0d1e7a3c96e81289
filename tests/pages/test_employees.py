"""The list of people says what the view holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pages.conftest import Pages
    from tests.transform.company import Company

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("pages")]

SEVERITIES = ("high", "medium", "low", "check", "info", None)


def names(rows: list[dict[str, object]]) -> list[object]:
    return [row["Name"] for row in rows]


def test_shows_everybody_with_findings_first(pages: Pages, company: Company) -> None:
    shown = pages.show()
    people = company.rows("employees")

    assert shown["title"] == ["Employees"]
    assert f"1 to 50 of {len(people)} people" in shown["text"]
    ranks = [SEVERITIES.index(next(one["worst_severity"] for one in people if one["display_name"] == name))
             for name in names(shown["tables"][0])]  # fmt: skip
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("choice", "belongs"),
    [
        ({"show": "Admins"}, lambda one: one["is_admin"]),
        ({"show": "Leavers with access"}, lambda one: "leaver_access" in one["finding_kinds"]),
        ({"account": "Disabled"}, lambda one: one["account_state"] == "disabled"),
        ({"department": "not filled in"}, lambda one: one["department"] is None),
        (
            {"licence": "no licence", "account": "Active"},
            lambda one: one["licences"] == [] and one["account_state"] == "active",
        ),
        ({"factor": "missing"}, lambda one: one["mfa_registered"] is False),
        ({"factor": "not known"}, lambda one: one["mfa_registered"] is None),
    ],
)
def test_the_address_chooses(pages: Pages, company: Company, choice: dict[str, str], belongs: object) -> None:
    shown = pages.show(query=choice)
    due = sorted(one["display_name"] or "no name" for one in company.rows("employees") if belongs(one))  # type: ignore[operator]

    assert due
    assert (f"1 to 50 of {len(due)} people" if len(due) > 50 else f"{len(due)} people") in shown["text"]
    assert len(shown["tables"][0]) == min(len(due), 50)
    assert not Counter(names(shown["tables"][0])) - Counter(due)


def test_an_address_with_nonsense_shows_everybody_and_repeats_nothing(pages: Pages) -> None:
    nonsense = {"show": "<b>nonsense</b>", "department": "[nonsense](x)", "page": "nonsense", "sort": "nonsense"}

    assert pages.show(query=nonsense) == pages.show()

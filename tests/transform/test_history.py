"""With `keep_history`, each state of people, apps, licences and groups stays, from its first day to its last."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from tests.transform.conftest import company_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transform.company import Company, Row

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

DAYS = 10
#: By table of the history: where its rows come from, their key, and some of the columns whose changes are kept.
KEPT: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "employees": ("entra_views", "employees", "user_id", ("display_name", "department", "account_state", "licences")),
    "applications": ("entra_views", "applications", "app_id", ("display_name", "people_with_access", "permissions")),
    "licences": ("entra_staging", "int_entra__licences", "sku_id", ("paid_units", "consumed_units")),
    "groups": ("entra_staging", "int_entra__group_sizes", "group_id", ("display_name", "members")),
}

States = dict[str, list[tuple[Any, ...]]]


def states_of(rows: list[Row], key: str, columns: tuple[str, ...]) -> dict[str, tuple[Any, ...]]:
    return {row[key]: tuple(row[name] for name in columns) for row in rows}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, dict[str, list[dict[str, Any]]]]]:
    """A company after ten days with a build each, and what the views said on each of them."""
    for company in company_of(tmp_path_factory.mktemp("history")):
        seen: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for day in range(DAYS):
            company.load()
            # The seeds are the same each day.
            seeds = ["seed"] if day else []
            company.build("build", "--exclude-resource-type", "test", "unit_test", *seeds, keep_history=True)
            for table, (schema, source, key, columns) in KEPT.items():
                seen[table].append(states_of(company.rows(source, schema), key, columns))
            company.tenant.pass_days(1)
        yield company, seen


def successive(seen: list[dict[str, Any]]) -> States:
    """The states of each key in the order of days, each once while it lasts."""
    found: States = defaultdict(list)
    before: dict[str, Any] = {}
    for today in seen:
        for key, state in today.items():
            if key not in before or before[key] != state:
                found[key].append(state)
        before = today
    return found


@pytest.mark.parametrize("table", KEPT)
def test_the_states_of_ten_days_are_kept(days: tuple[Company, dict[str, Any]], table: str) -> None:
    company, seen = days
    _, _, key, columns = KEPT[table]
    kept: States = defaultdict(list)
    for row in sorted(company.rows(table, "entra_history"), key=lambda one: one["dbt_valid_from"]):
        state = tuple(row[name] for name in columns)
        # Other columns change as well.
        if not kept[row[key]] or kept[row[key]][-1] != state:
            kept[row[key]].append(state)

    assert kept == successive(seen[table])


@pytest.mark.parametrize("table", KEPT)
def test_one_state_lasts_for_what_is_there_and_none_for_what_is_gone(
    days: tuple[Company, dict[str, Any]], table: str
) -> None:
    company, seen = days
    _, _, key, columns = KEPT[table]
    lasting = [row for row in company.rows(table, "entra_history") if row["dbt_valid_to"] is None]

    assert states_of(lasting, key, columns) == seen[table][-1]
    assert len(lasting) == len(seen[table][-1])


def test_something_changed_in_each(days: tuple[Company, dict[str, Any]]) -> None:
    _, seen = days

    for table in ("employees", "applications", "groups"):
        assert any(len(states) > 1 for states in successive(seen[table]).values()), table


def test_without_the_switch_there_is_no_history(days: tuple[Company, dict[str, Any]]) -> None:
    company, _ = days

    said = company.build("ls", "--resource-type", "snapshot")

    assert "entra__" not in said

"""Whichever streams are missing: each figure is what it was, or null, and findings are what they were, or absent."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import sql
from psycopg.rows import dict_row

from tap_entra.streams import STREAMS
from tests.transform.comparison import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from tests.transform.company import Row
    from tests.transform.conftest import History

    Tables = dict[str, dict[Any, Row]]

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("history")]

KEYS = {
    "employees": ("user_id",),
    "applications": ("app_id",),
    "app_usage": ("user_id", "app_id", "day"),
    "insights": ("insight_id",),
    "company": (),
    "person_apps": ("user_id", "app_id"),
    "app_months": ("app_id", "month"),
    "news": ("event", "subject_id", "happened_at"),
    "product_costs": ("product",),
    "security_figures": ("figure",),
    "app_permissions": ("app_id", "permission", "type", "consent", "resource_name"),
}
NAMES = sorted({stream.name for stream in STREAMS} - {"stream_runs"})
LOGS = {
    "sign_ins", "non_interactive_sign_ins", "non_interactive_sign_in_summaries", "service_principal_sign_ins",
    "managed_identity_sign_ins",
}  # fmt: skip
REPORTS = {"user_sign_in_activity", "service_principal_sign_in_activities"}

#: What stands for "not known" in columns that are never null.
UNKNOWN = ({"kind": "unknown"}, {"trend": "unknown"})

#: Columns that say what is known, and from where: they differ by design. Texts name what `details` and `people` count.
#: The number of findings is that of the rows of `insights` that there are.
TOLD = {
    "evidence", "observed_since", "found_at", "loaded_at", "title", "what_to_do", "related_name",
    "findings", "finding_kinds", "worst_severity", "children",
}  # fmt: skip

#: Without these streams, columns hold the best that is known. `evidence` says which logs they rest on.
BEST_KNOWN = {
    # Counts of sign-ins are those of the logs that are loaded.
    ("app_usage", "*"): LOGS,
    ("app_months", "*"): LOGS,
    ("person_apps", "days_used_30d sign_ins_30d failures_30d usage_level first_use_at last_use_at"): LOGS,
    ("applications", "people_30d people_90d sign_ins_30d first_use_at last_use_at"): LOGS | REPORTS,
    ("product_costs", "people_30d seats_without_use monthly_cost_per_user"): LOGS,
    ("security_figures", "value"): LOGS,
    ("news", "details.roles"): {"role_definitions"},
    ("employees", "apps_used_30d apps_used_90d last_sign_in_at"): LOGS | REPORTS,
    # Their evidence, and with it their severity. test_less compares them with an answer of its own.
    ("insights", "*"): LOGS | REPORTS,
    # Roles held directly are known, whatever else is missing.
    ("employees", "admin_roles eligible_roles"): {"groups", "group_members", "role_definitions"},
    ("insights", "details.roles"): {"groups", "group_members", "role_definitions"},
    # A name in a log, in place of the one in the directory.
    ("applications", "display_name"): {"service_principals"},
    ("person_apps", "app_name"): {"service_principals"},
    ("employees", "licences"): {"subscribed_skus"},
}
#: Apps that no log mentions are in no view without this stream.
LINKS = {"app_role_assignments", "oauth2_permission_grants", "service_principals"}
ROWS = {
    "employees": {"users"},
    "applications": {"service_principals", *LOGS},
    "app_usage": LOGS,
    "person_apps": {"users", "groups", "group_members", *LINKS, *LOGS},
    "app_permissions": LINKS,
    "news": {"directory_audits", "users", "applications", "service_principals", "organization", *LOGS},
    "product_costs": {"service_principals", "organization"},
}


class Rebuilt:
    """The views of a company, made again without some of its streams, in a transaction that ends without a trace."""

    def __init__(self, history: History) -> None:
        self.company = history.company
        manifest = json.loads((self.company.folder / "target" / "manifest.json").read_text())
        nodes = {id_: node for id_, node in manifest["nodes"].items() if id_.startswith("model.entra.")}
        self._tables = [
            (sql.Identifier(node["schema"], node["alias"]), node["compiled_code"])
            for node in _sorted(nodes)
            if node["config"]["materialized"] in {"table", "incremental"}
        ]

    def without(self, streams: set[str]) -> Tables:
        """The views by their keys, as if Microsoft refused these streams: their tables are there, and empty."""
        with self.company.sandbox.postgres.connect() as connection:
            connection.autocommit = False
            for stream in streams:
                connection.execute(sql.SQL("delete from entra.{}").format(sql.Identifier(stream)))
            connection.execute("delete from entra.stream_runs where stream = any(%s)", [[*streams]])
            for table, code in self._tables:
                connection.execute(sql.SQL("delete from {}").format(table))
                # By name: a table with a contract has its columns in the order of its description.
                cursor = connection.execute(sql.SQL("select * from {} limit 0").format(table))
                columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in cursor.description or ())
                insert = sql.SQL("insert into {} ({}) select {} from ({}) as made")
                connection.execute(insert.format(table, columns, columns, sql.SQL(code)))
            found = {view: dict(_rows(connection, view, keys)) for view, keys in KEYS.items()}
            connection.rollback()
        return found


def _sorted(nodes: dict[str, Any]) -> Iterator[Any]:
    """Each model after those that it reads."""
    done: set[str] = set()

    def visit(id_: str) -> Iterator[Any]:
        if id_ in nodes and id_ not in done:
            done.add(id_)
            for parent in nodes[id_]["depends_on"]["nodes"]:
                yield from visit(parent)
            yield nodes[id_]

    for id_ in nodes:
        yield from visit(id_)


def _rows(connection: psycopg.Connection, view: str, keys: tuple[str, ...]) -> Iterator[tuple[Any, Row]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(sql.SQL("select * from entra_views.{}").format(sql.Identifier(view))):
            details = row.pop("details", None) or {}
            yield (
                tuple(row[key] for key in keys),
                {**row, **{f"details.{name}": value for name, value in details.items()}},
            )


def wrong(whole: Tables, found: Tables, missing: set[str]) -> list[str]:
    """Rows that were not there, rows that have gone without a reason, and values that are neither equal nor null."""
    faults = []
    for view, rows in found.items():
        excused = {
            column
            for (of, columns), streams in BEST_KNOWN.items()
            if of == view and streams & missing
            for column in columns.split()
        }
        if "*" in excused:
            continue
        faults += [f"{view} {key} is too many" for key in rows.keys() - whole[view].keys()]
        if view != "insights" and not ROWS.get(view, set()) & missing:
            faults += [f"{view} {key} lacks" for key in whole[view].keys() - rows.keys()]
        for key in rows.keys() & whole[view].keys():
            faults += [
                f"{view} {key}.{name}: {value!r}, not {whole[view][key].get(name)!r}"
                for name, value in rows[key].items()
                if name not in TOLD | excused
                and value is not None
                and {name: value} not in UNKNOWN
                and plain(value) != plain(whole[view][key].get(name))
            ]
    return sorted(faults)


@pytest.fixture(scope="module")
def rebuilt(history: History) -> Rebuilt:
    return Rebuilt(history)


@pytest.fixture(scope="module")
def whole(rebuilt: Rebuilt) -> Tables:
    return rebuilt.without(set())


def test_with_all_streams_nothing_differs(history: History, whole: Tables) -> None:
    expected = {
        view: {tuple(row[key] for key in keys) for row in history.company.rows(view)} for view, keys in KEYS.items()
    }

    assert {view: rows.keys() for view, rows in whole.items()} == expected


@pytest.mark.parametrize("stream", NAMES)
def test_without_one_stream(rebuilt: Rebuilt, whole: Tables, stream: str) -> None:
    found = rebuilt.without({stream})

    assert wrong(whole, found, {stream})[:25] == []


@pytest.mark.parametrize("seed", range(20))
def test_without_any_streams(rebuilt: Rebuilt, whole: Tables, seed: int) -> None:
    chance = random.Random(seed)
    # Every other time without the logs and reports that findings are judged by.
    names = NAMES if seed % 2 else sorted({*NAMES} - LOGS - REPORTS)
    missing = set(chance.sample(names, chance.randint(2, len(names) // 2)))

    found = rebuilt.without(missing)

    assert wrong(whole, found, missing)[:25] == []

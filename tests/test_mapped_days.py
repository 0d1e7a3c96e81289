"""Stream maps, flattening and deselection over three days, through the real tap, loader and PostgreSQL."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from psycopg import sql
from psycopg.rows import dict_row

from sandbox import Sandbox
from tests.cases.pipeline import load_messages, log_lines, standard_output
from tests.conftest import trust
from tests.warehouse import TapWithoutWaits, exit_code_of, selection

if TYPE_CHECKING:
    from collections.abc import Iterator


Row = dict[str, Any]

# One tenant, whose days all tests look at.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mapped days")]

LONG = "x" * 70
STREAMS = ("users", "service_principal_sign_in_activities", "sign_ins")
ACTIVITIES = "service_principal_sign_in_activities"
#: As the SDK shortens names that are too long.
SHORTENED = {
    "aacsia": "applicationAuthenticationClientSignInActivity",
    "aarsia": "applicationAuthenticationResourceSignInActivity",
}
FLAT: dict[str, Any] = {"flattening_enabled": True, "flattening_max_depth": 3}


class MappedDays:
    """A schema of the warehouse that tap and loader fill day by day.

    Attributes:
        catalog: What the tap is given.
        exit_code: The tap's on the last day.
        log: What the tap logged on the last day.
    """

    def __init__(self, sandbox: Sandbox, schema: str, catalog: Any = None, **settings: Any) -> None:
        self._sandbox = sandbox
        self._schema = schema
        self.catalog = catalog or selection(*STREAMS)
        self._settings = settings
        self._state: dict[str, Any] = {}
        self.exit_code = 0
        self.log: list[str] = []

    def load(self, **settings: Any) -> None:
        """Run tap and loader, with these settings beside or instead of the others."""
        with standard_output() as sent, log_lines() as self.log:
            tap = TapWithoutWaits(
                config={**self._sandbox.settings, **self._settings, **settings},
                state=self._state,
                catalog=self.catalog,
            )
            self.exit_code = exit_code_of(tap)
        self._state = load_messages(sent.getvalue(), self._sandbox, self._schema) or self._state
        with self._sandbox.postgres.connect() as connection:
            # The end of the loader's process would close its connections; here they would soon be too many.
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")

    def table(self, stream: str) -> list[Row]:
        """All rows, removed ones too."""
        with self._sandbox.postgres.connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(sql.SQL("select * from {}").format(sql.Identifier(self._schema, stream))).fetchall()

    def outcomes(self) -> dict[str, str]:
        """The outcome of each stream on the last day."""
        runs = self.table("stream_runs")
        last = max(runs, key=lambda run: run["finishedAt"])["runId"]
        return {run["stream"]: run["outcome"] for run in runs if run["runId"] == last}


class Day(NamedTuple):
    """One day of one schema: what Microsoft has, what arrived, and who has left before."""

    exit_code: int
    truth: dict[str, dict[str, Row]]
    tables: dict[str, list[Row]]
    gone: list[str]

    def live(self, stream: str) -> dict[str, Row]:
        """The rows that are not marked as removed, by id."""
        return {row["id"]: row for row in self.tables[stream] if row["_sdc_deleted_at"] is None}

    def removed(self, stream: str) -> dict[str, Row]:
        """The rows that are, by id."""
        return {row["id"]: row for row in self.tables[stream] if row["_sdc_deleted_at"] is not None}


#: The schemas of the warehouse that are filled side by side: catalog and settings.
WAYS: dict[str, dict[str, Any]] = {
    "nullable": {
        "stream_maps": {
            "users": {
                "town": "city.upper() if city else '-'",
                "left": "_sdc_deleted_at",
                "mail": "md5(mail) if mail else None",
            }
        }
    },
    "flat": FLAT,
    "long": {"stream_maps": {"users": {f"{LONG}a": "'first'", f"{LONG}b": "'second'"}}, **FLAT},
    "narrow": {"catalog": selection(*STREAMS, without={"users": ("employeeOrgData.division", "city")})},
    "everywhere": {"stream_maps": {"*": {"source": "__stream_name__"}}},
    "hashed": {"stream_maps": {"users": {"id": "sha256(id)"}}},
    "text": {"json_as_text": True, "soft_deletes": "rows"},
}


@pytest.fixture(scope="module")
def company() -> Iterator[Sandbox]:
    with Sandbox(users=25, sign_ins=60, postgres=True) as sandbox, pytest.MonkeyPatch.context() as patch:
        trust(sandbox, patch)
        yield sandbox


@pytest.fixture(scope="module")
def days(company: Sandbox) -> dict[str, list[Day]]:
    """Three days of each schema."""
    schemas = {way: MappedDays(company, way, **options) for way, options in WAYS.items()}
    found: dict[str, list[Day]] = {way: [] for way in WAYS}
    gone: list[str] = []
    for _ in range(3):
        for way, schema in schemas.items():
            schema.load()
            truth = {
                stream: {row["id"]: row for row in company.tenant.truth(stream) if not row.get("_deleted")}
                for stream in ("users", ACTIVITIES)
            }
            tables = {stream: schema.table(stream) for stream in (*STREAMS, "stream_runs")}
            found[way].append(Day(schema.exit_code, truth, tables, [*gone]))
        gone.append(pass_a_day(company))
    return found


def pass_a_day(company: Sandbox) -> str:
    """A day passes, one user loses what can be null, and one leaves, whose id this is."""
    tenant = company.tenant
    users = tenant.directory["users"]
    known = [*users.live]
    tenant.pass_days(1)
    *_, changed, gone = (id_ for id_ in known if id_ in users.live)
    users.alter(changed, tenant.now(), city=None, department=None, employeeOrgData=None, jobTitle=str(tenant.now()))
    users.soft_delete(gone, tenant.now())
    del tenant.people[gone]
    return gone


def assert_users_are_there(day: Day) -> None:
    assert day.exit_code == 0
    assert day.live("users").keys() == day.truth["users"].keys()
    for id_ in day.gone:
        assert day.removed("users")[id_]["displayName"]


def test_a_map_on_a_nullable_column_works_on_each_day(days: dict[str, list[Day]]) -> None:
    for day in days["nullable"]:
        assert_users_are_there(day)
        for id_, row in day.live("users").items():
            truth = day.truth["users"][id_]
            assert row["town"] == (truth["city"] or "-").upper()
            assert (row["displayName"], row["department"]) == (truth["displayName"], truth["department"])
            assert row["left"] is None
            assert "@" not in (row["mail"] or "")
    assert days["nullable"][-1].gone


def test_null_objects_are_flattened_on_each_day(days: dict[str, list[Day]]) -> None:
    for day in days["flat"]:
        assert_users_are_there(day)
        assert any(user["employeeOrgData"] is None for user in day.truth["users"].values())
        for id_, row in day.live("users").items():
            place = day.truth["users"][id_]["employeeOrgData"] or {}
            assert row["employeeOrgData__division"] == place.get("division")
            assert row["employeeOrgData__costCenter"] == place.get("costCenter")
            assert "employeeOrgData" not in row


def test_names_that_differ_behind_what_postgresql_keeps_are_two_columns_on_each_day(days: dict[str, list[Day]]) -> None:
    names: set[tuple[str, ...]] = set()
    for day in days["long"]:
        assert_users_are_there(day)
        for row in day.live("users").values():
            long = {name: value for name, value in row.items() if name.startswith("xxx")}
            names.add(tuple(long))
            assert sorted(long.values()) == ["first", "second"]
        assert day.live(ACTIVITIES).keys() == day.truth[ACTIVITIES].keys()
        for id_, row in day.live(ACTIVITIES).items():
            for short, column in SHORTENED.items():
                activity = day.truth[ACTIVITIES][id_][column] or {}
                assert row[f"{short}__lastSignInRequestId"] == activity.get("lastSignInRequestId")
    assert len(names) == 1


def test_what_is_deselected_inside_a_column_stays_away_on_each_day(days: dict[str, list[Day]]) -> None:
    for day in days["narrow"]:
        assert_users_are_there(day)
        for id_, row in day.live("users").items():
            place = day.truth["users"][id_]["employeeOrgData"]
            assert row["employeeOrgData"] == (place and {"costCenter": place["costCenter"]})
            assert row["department"] == day.truth["users"][id_]["department"]
            assert "city" not in row


def test_a_map_for_all_streams_reaches_each_of_them_on_each_day(days: dict[str, list[Day]]) -> None:
    for day in days["everywhere"]:
        assert_users_are_there(day)
        for stream, rows in day.tables.items():
            assert {row["source"] for row in rows if row.get("_sdc_deleted_at") is None} == {stream}


def test_removed_rows_are_found_by_a_key_that_a_map_hashes(days: dict[str, list[Day]]) -> None:
    for day in days["hashed"]:
        digests = {id_: hashlib.sha256(id_.encode()).hexdigest() for id_ in [*day.truth["users"], *day.gone]}
        assert day.live("users").keys() == {digests[id_] for id_ in day.truth["users"]}
        for id_ in day.gone:
            assert day.removed("users")[digests[id_]]["displayName"]
            assert id_ not in day.removed("users")


def test_whole_rows_of_leavers_and_json_as_text_arrive_on_each_day(days: dict[str, list[Day]]) -> None:
    for day in days["text"]:
        assert_users_are_there(day)
        for id_, row in day.live("users").items():
            place = day.truth["users"][id_]["employeeOrgData"]
            assert (row["employeeOrgData"] and json.loads(row["employeeOrgData"])) == place
            assert row["department"] == day.truth["users"][id_]["department"]
    assert days["text"][-1].removed("users")[day.gone[0]]["department"] is None


def test_tables_whose_keys_had_no_length_load_on(company: Sandbox) -> None:
    catalog = selection(*STREAMS)
    for entry in catalog["streams"]:
        for key in entry["key_properties"]:
            del entry["schema"]["properties"][key]["maxLength"]
    mapped = MappedDays(company, "upgraded", catalog)
    mapped.load()
    pass_a_day(company)
    mapped.catalog = selection(*STREAMS)

    mapped.load()

    assert mapped.exit_code == 0
    assert live(mapped) == {row["id"] for row in company.tenant.truth("users") if not row.get("_deleted")}


@pytest.mark.parametrize(
    ("column", "expression", "reason"),
    [
        ("town", "cty.upper()", "'cty' is not defined"),
        ("town", "city.upper()", "Attribute 'upper' does not exist, where city is null"),
        ("town", "city + 'x'", "TypeError, where city is null"),
        ("number", "int(displayName)", "ValueError"),
        ("__filter__", "city > 'A'", "TypeError, where city is null"),
    ],
)
def test_an_expression_that_fails_on_a_later_day_costs_its_stream_alone(
    company: Sandbox, column: str, expression: str, reason: str
) -> None:
    mapped = MappedDays(company, "failing")
    mapped.load()
    left = pass_a_day(company)

    mapped.load(stream_maps={"users": {column: expression}})

    where = "`__filter__`" if column == "__filter__" else f"column {column}"
    told = f"ERROR users: the expression of {where} in `stream_maps`, {expression}, fails: {reason}."
    assert mapped.exit_code == 1
    assert [line for line in mapped.log if line.startswith(("WARNING", "ERROR"))] == [told]
    assert mapped.outcomes() == {**dict.fromkeys(STREAMS, "complete"), "users": "failed"}
    assert left in live(mapped)

    mapped.load()

    assert mapped.exit_code == 0
    assert live(mapped) == {row["id"] for row in company.tenant.truth("users") if not row.get("_deleted")}


def live(mapped: MappedDays) -> set[str]:
    return {row["id"] for row in mapped.table("users") if row["_sdc_deleted_at"] is None}

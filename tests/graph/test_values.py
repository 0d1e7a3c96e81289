from __future__ import annotations

from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_entra.graph import ValueFitter, row_decoder

TIME = {"type": ["string", "null"], "format": "date-time"}
COLUMNS: dict[str, dict[str, Any]] = {
    "id": {"type": ["string"]},
    "text": {"type": ["string", "null"]},
    "time": TIME,
    "day": {"type": ["string", "null"], "format": "date"},
    "number": {"type": ["number", "null"]},
    "whole": {"type": ["integer", "null"]},
    "flag": {"type": ["boolean", "null"]},
    "list": {"type": ["array", "null"]},
    "object": {
        "type": ["object", "null"],
        "properties": {
            "time": TIME,
            "whole": {"type": ["integer", "null"]},
            "inner": {"type": ["object", "null"], "properties": {"time": TIME}},
        },
    },
}
SCHEMA = {"type": "object", "properties": COLUMNS}


def fitter() -> ValueFitter:
    return ValueFitter(COLUMNS, frozenset({"id"}))


def fitted(column: str, value: Any) -> Any:
    """What becomes of a value in a row of dicts, and of the same value in a page that goes through the decoder."""
    by_dict: dict[str, Any] = {"id": "1", column: value}
    fitter().fit(by_dict)
    (by_page,) = decoded([{"id": "1", column: value}])
    assert by_page[column] == by_dict[column]
    return by_dict[column]


def decoded(rows: list[dict[str, Any]], fit: ValueFitter | None = None) -> list[dict[str, Any]]:
    fit = fit or fitter()
    decode = row_decoder(COLUMNS, keys=["id"], fit=fit.fit)
    lines = msgspec.json.encode(decode(msgspec.json.encode({"value": rows})).value)
    assert b"\n" not in lines
    return list(msgspec.json.decode(lines))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("2026-10-01T08:00:00Z", "2026-10-01T08:00:00Z"),
        ("2026-10-01T08:00:00.123Z", "2026-10-01T08:00:00.123Z"),
        ("2026-10-01t08:00:00z", "2026-10-01T08:00:00Z"),
        ("2026-10-01 08:00:00Z", "2026-10-01T08:00:00Z"),
        ("2026-10-01T08:00:00", "2026-10-01T08:00:00Z"),
        ("2026-10-01T08:00Z", "2026-10-01T08:00:00Z"),
        ("2026-10-01", "2026-10-01T00:00:00Z"),
        (" 2026-10-01T08:00:00Z ", "2026-10-01T08:00:00Z"),
        ("2026-10-01T08:00:00+00:00", "2026-10-01T08:00:00Z"),
        ("2026-10-01T08:00:00+02:00", "2026-10-01T06:00:00Z"),
        ("2026-10-01T08:00:00+0530", "2026-10-01T02:30:00Z"),
        ("2026-10-01T08:00:00-8:00", "2026-10-01T16:00:00Z"),
        ("2026-10-01T08:00:00-08", "2026-10-01T16:00:00Z"),
        ("2026-10-01T23:30:00.5-01:07", "2026-10-02T00:37:00.500000Z"),
        ("2026-10-01T24:00:00Z", "2026-10-02T00:00:00Z"),
        ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999Z"),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("0001-01-01t00:00:00-8:00", None),
    ],
)
def test_a_time_in_any_spelling_is_the_same_moment_in_utc(text: str, right: str | None) -> None:
    assert fitted("time", text) == right
    assert fitted("object", {"time": text, "more": text}) == {"time": right, "more": text}
    assert fitted("object", {"inner": {"time": text}}) == {"inner": {"time": right}}


@pytest.mark.parametrize(
    ("column", "value", "right"),
    [
        ("whole", "25", 25),
        ("whole", " -3 ", -3),
        ("whole", "13336.0", 13336),
        ("whole", 13335.0, 13335),
        ("whole", 2**63 - 1, 2**63 - 1),
        ("number", "2.5", 2.5),
        ("number", 2, 2),
        ("flag", "true", True),
        ("flag", "False", False),
        ("flag", " 1", True),
        ("flag", "0 ", False),
        ("flag", 1, True),
        ("flag", 0, False),
        ("day", "2026-10-01", "2026-10-01"),
        ("day", "2026-10-01T23:00:00-02:00", "2026-10-02"),
        ("day", "0001-01-01", None),
        ("text", 5, "5"),
        ("text", 2.5, "2.5"),
        ("text", True, "true"),
        ("text", "", ""),
        ("id", 7, "7"),
        ("object", {"whole": "5", "more": "5"}, {"whole": 5, "more": "5"}),
        ("object", {"time": None, "inner": None}, {"time": None, "inner": None}),
        ("list", ["", 1, {"time": ""}], ["", 1, {"time": ""}]),
    ],
)
def test_a_value_of_another_type_becomes_the_right_one_where_it_is_certain(column: str, value: Any, right: Any) -> None:
    found = fitted(column, value)

    assert found == right
    assert type(found) is type(right)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("time", ""),
        ("time", " "),
        ("time", "never"),
        ("time", 0),
        ("time", False),
        ("time", {}),
        ("time", "10000-01-01T00:00:00Z"),
        ("time", "2026-02-30T00:00:00Z"),
        ("time", "2026-10-01T25:00:00Z"),
        ("time", "2026-10-01T24:00:01Z"),
        ("time", "2026-10-01T08:00:00+99:00"),
        ("time", "9999-12-31T23:59:59-01:00"),
        ("day", ""),
        ("day", "soon"),
        ("day", "2026-02-30"),
        ("day", "10000-01-01"),
        ("day", 20261001),
        ("whole", ""),
        ("whole", "many"),
        ("whole", 2**63),
        ("whole", str(2**63 + 1)),
        ("whole", "9" * 5_000),
        ("whole", 1e300),
        ("whole", 2.5),
        ("whole", True),
        ("whole", []),
        ("number", ""),
        ("number", "NaN"),
        ("number", True),
        ("flag", ""),
        ("flag", "yes"),
        ("flag", 2),
        ("text", []),
        ("text", {}),
        ("list", ""),
        ("list", {}),
        ("list", 5),
        ("object", ""),
        ("object", []),
        ("object", True),
    ],
)
def test_any_other_value_costs_its_cell_and_is_counted(column: str, value: Any) -> None:
    counted = fitter()
    rows = [{"id": "1", column: value, "text": "kept"}, {"id": "2", "text": "beside"}]
    if column == "text":
        rows[0]["text"] = value

    first, second = decoded(rows, counted)

    assert fitted(column, value) is None
    assert first["id"] == "1"
    assert first[column] is None
    assert column == "text" or first["text"] == "kept"
    assert second == {"id": "2", "text": "beside"}
    assert counted.misfits == {column: 1}


def test_a_member_of_an_object_is_counted_by_its_path() -> None:
    counted = fitter()

    (row,) = decoded([{"id": "1", "object": {"time": "", "inner": {"time": 5}, "whole": 3}}], counted)

    assert row["object"] == {"time": None, "inner": {"time": None}, "whole": 3}
    assert counted.misfits == {"object.time": 1, "object.inner.time": 1}


def test_year_one_means_never_and_is_no_misfit() -> None:
    counted = fitter()

    (row,) = decoded([{"id": "1", "time": "0001-01-01T00:00:00Z"}], counted)

    assert row["time"] is None
    assert not counted.misfits


def test_a_page_that_fits_is_not_taken_apart() -> None:
    def fail(_: dict[str, Any]) -> None:
        raise AssertionError

    decode = row_decoder(COLUMNS, keys=["id"], fit=fail)
    page = (
        b'{"value": [{"id": "1", "text": null, "time": "2026-10-01T08:00:00.1234567Z", "whole": 5, "flag": true,\r\n'
        b'"list": null, "object": {"time": "2026-10-01T08:00:00Z",\r\n"inner": null, "whole": 1}, "more": 1}]}'
    )

    (row,) = decode(page).value

    assert row.get("time") == "2026-10-01T08:00:00.1234567Z"
    assert b"\n" not in msgspec.json.encode(row)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["time", "whole", "inner", "a"]), inner)
    ),
    max_leaves=8,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"id": st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)},
        optional={name: JSON for name in COLUMNS if name != "id"},
    ),
    max_size=3,
)


DECODE = row_decoder(COLUMNS, keys=["id"], fit=fitter().fit)


@settings(deadline=None)
@given(rows=ROWS)
def test_whatever_microsoft_sends_fits_the_schema_afterwards(rows: list[dict[str, Any]]) -> None:
    found = msgspec.json.decode(msgspec.json.encode(DECODE(msgspec.json.encode({"value": rows})).value))

    assert [row["id"] for row in found] == [row["id"] for row in rows]
    for row in found:
        jsonschema.validate(row, SCHEMA, format_checker=jsonschema.FormatChecker())

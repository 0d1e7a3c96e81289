"""Graph's spelling of queries, times and JSON."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tap_entra.graph import odata

if TYPE_CHECKING:
    from tap_entra.graph import GraphClient
    from tests.graph.scripted import ScriptedGraph

UTC = timezone.utc
#: The same examples each time, however busy the machine is.
STEADY = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-08-01T16:03:24Z", datetime(2026, 8, 1, 16, 3, 24, tzinfo=UTC)),
        ("2026-08-01T16:03:24z", datetime(2026, 8, 1, 16, 3, 24, tzinfo=UTC)),
        ("2026-08-01T16:03:24", datetime(2026, 8, 1, 16, 3, 24, tzinfo=UTC)),
        ("2026-08-01T16:03:24-08:00", datetime(2026, 8, 2, 0, 3, 24, tzinfo=UTC)),
        ("2026-08-01T16:03:24-8:00", datetime(2026, 8, 2, 0, 3, 24, tzinfo=UTC)),
        ("2026-08-01T16:03:24.1234567-8:00", datetime(2026, 8, 2, 0, 3, 24, 123456, tzinfo=UTC)),
        ("2026-08-01T16:03:24+5:30", datetime(2026, 8, 1, 10, 33, 24, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.9999999Z", datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
        ("2026-08-01", datetime(2026, 8, 1, tzinfo=UTC)),
    ],
)
def test_reads_a_moment_as_graph_writes_it(text: str, moment: datetime) -> None:
    assert odata.parse_instant(text) == moment


@pytest.mark.parametrize("digits", ["", ".1", ".12", ".123", ".1234", ".12345", ".123456", ".1234567"])
def test_reads_any_number_of_fraction_digits(digits: str) -> None:
    micros = int(digits[1:7].ljust(6, "0"))

    assert odata.parse_instant(f"2026-08-01T16:03:24{digits}Z").microsecond == micros


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z", "16:03:24Z"])
def test_what_is_no_moment_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        odata.parse_instant(text)


def test_spells_a_moment_in_utc_and_whole_seconds() -> None:
    moment = datetime(2026, 8, 1, 16, 3, 24, 999999, tzinfo=timezone(timedelta(hours=2)))

    assert odata.instant(moment) == "2026-08-01T14:03:24Z"


@STEADY
@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants it so
def test_a_moment_that_was_spelled_can_be_read(moment: datetime) -> None:
    assert odata.parse_instant(odata.instant(moment)) == moment.replace(microsecond=0)


def test_a_window_is_closed_and_unquoted() -> None:
    start, end = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 2, tzinfo=UTC)

    assert odata.between("createdDateTime", start, end) == (
        "createdDateTime ge 2026-08-01T00:00:00Z and createdDateTime le 2026-08-02T00:00:00Z"
    )


def test_puts_options_on_a_path() -> None:
    assert odata.query("/users", select="id,mail", top=999) == "/users?$select=id,mail&$top=999"


def test_puts_options_beside_those_that_are_there() -> None:
    assert odata.query("/users/delta?$select=id", deltatoken="latest") == "/users/delta?$select=id&$deltatoken=latest"


def test_leaves_out_options_that_say_nothing() -> None:
    assert odata.query("/users", select="", filter=None) == "/users"
    assert odata.query("/users", skip=0) == "/users?$skip=0"


def test_encodes_what_a_query_cannot_hold() -> None:
    text = odata.query("/users", filter="displayName eq 'Ö&A + B #1 100%'")

    assert text == "/users?$filter=displayName%20eq%20%27%C3%96%26A%20%2B%20B%20%231%20100%25%27"


@STEADY
@given(st.text(min_size=1))
def test_an_option_comes_out_as_it_went_in(value: str) -> None:
    text = odata.query("/users", filter=value)

    assert text.isascii()
    assert unquote(text) == f"/users?$filter={value}"
    assert not set("&#+ ?") & set(text.removeprefix("/users?"))


def test_the_same_selection_is_always_spelled_the_same() -> None:
    assert odata.select({"mail", "id", "displayName"}) == odata.select(["displayName", "id", "mail"])


def test_nul_characters_are_dropped() -> None:
    assert odata.decode(b'{"a\\u0000b": ["x\\u0000", {"y": "\\u0000"}], "n": 1}') == {"ab": ["x", {"y": ""}], "n": 1}


@pytest.mark.parametrize("half", ["\\ud83d", "\\uD83D", "\\ude00", "\\uDE00\\uD83D"])
def test_half_characters_are_dropped(half: str) -> None:
    assert odata.decode(f'{{"displayName": "A{half}B"}}'.encode()) == {"displayName": "AB"}


def test_whole_characters_are_kept() -> None:
    assert odata.decode(b'["\\ud83d\\ude00", "\\uD83D\\uDE00", "\xf0\x9f\x98\x80"]') == ["😀"] * 3


def test_text_that_only_speaks_of_escapes_is_kept() -> None:
    assert odata.decode(rb'["\\u0000", "\\ud83d"]') == [r"\u0000", r"\ud83d"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    return {without_nul(key): without_nul(item) for key, item in value.items()} if isinstance(value, dict) else value


@STEADY
@given(value=JSON, ascii_only=st.booleans())
def test_decodes_what_any_json_decoder_does_but_for_nul(value: Any, *, ascii_only: bool) -> None:
    content = json.dumps(value, ensure_ascii=ascii_only)

    assert odata.decode(content.encode()) == without_nul(json.loads(content))


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b'{"a":', b'"\xff"', b'{"a": "\x00"}', b'{"a": "\\u0000"', b"\\ud"]
)
def test_what_is_no_json_is_an_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        odata.decode(content)


def test_the_client_reads_nul_and_half_characters_over_the_wire(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/users/u1", b'{"displayName": "A\\u0000d\\ud83da"}')

    assert client.get("/v1.0/users/u1") == {"displayName": "Ada"}

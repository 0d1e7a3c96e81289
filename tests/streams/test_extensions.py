"""Extension properties of users that a setting names are columns like the others."""

from __future__ import annotations

from typing import Any

import pytest

from tap_entra.auth import ConfigError
from tap_entra.tap import TapEntra

COST, SINCE = "extension_0a1b2c3d4e5f60718293a4b5c6d7e8f9_costCenter", "ext8fh2k_since"


def user_columns(names: str) -> dict[str, Any]:
    tap = TapEntra(config={"user_extension_properties": names}, validate_config=False)
    (users,) = (stream for stream in tap.catalog_dict["streams"] if stream["tap_stream_id"] == "users")
    return {
        name: kind for name, kind in users["schema"]["properties"].items() if name.startswith("ext") and "_" in name
    }


def test_no_extension_is_a_column_unless_named() -> None:
    assert user_columns("") == {}


@pytest.mark.parametrize(
    ("kind", "declared"),
    [
        ("", {"type": ["string", "null"]}),
        (":string", {"type": ["string", "null"]}),
        (":boolean", {"type": ["boolean", "null"]}),
        (":integer", {"type": ["integer", "null"]}),
        (":number", {"type": ["number", "null"]}),
        (":date-time", {"type": ["string", "null"], "format": "date-time"}),
        (":array", {"type": ["array", "null"]}),
        (":object", {"type": ["object", "null"], "properties": {}, "additionalProperties": True}),
    ],
)
def test_a_named_extension_is_a_typed_column_of_the_catalog(kind: str, declared: dict[str, Any]) -> None:
    columns = user_columns(f"{SINCE}{kind}, {COST}")

    assert columns.keys() == {SINCE, COST}
    assert {name: value for name, value in columns[SINCE].items() if name != "description"} == declared
    assert columns[SINCE]["description"]


@pytest.mark.parametrize("text", ["costCenter", "extension_0a1b_x:date", f"{COST};{SINCE}", "0_x", "_x"])
def test_what_names_no_extension_is_an_error_that_shows_the_form(text: str) -> None:
    with pytest.raises(ConfigError, match=r"user_extension_properties` holds .* NAME:TYPE"):
        user_columns(text)

"""Extension properties: columns that a tenant defined itself, named in a setting.

Graph sends them only if `$select` names them, and no list that the tap may read has their types:
https://learn.microsoft.com/graph/extensibility-overview. So a type can follow the name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import singer_sdk.typing as th

from tap_entra.auth import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A directory extension is named extension_<app id without dashes>_<name>, a schema extension by the id of its schema.
_NAME = re.compile(r"[A-Za-z]\w*_\w+")

_TYPES: dict[str, dict[str, Any]] = {
    "string": th.StringType(nullable=True).to_dict(),
    "boolean": th.BooleanType(nullable=True).to_dict(),
    "integer": th.IntegerType(nullable=True).to_dict(),
    "number": th.NumberType(nullable=True).to_dict(),
    "date-time": th.DateTimeType(nullable=True).to_dict(),
    "array": {"type": ["array", "null"]},
    "object": {"type": ["object", "null"], "properties": {}, "additionalProperties": True},
}


def columns(config: Mapping[str, Any], setting: str) -> dict[str, dict[str, Any]]:
    """Return the schema of the extension properties that a setting names, by name.

    Args:
        setting: Its value is like "extension_0a1b_costCenter, extension_0a1b_since:date-time".

    Raises:
        ConfigError: A name or a type has another form.
    """
    schema = {}
    for text in filter(None, re.split(r"[\s,]+", str(config.get(setting) or ""))):
        name, _, kind = text.partition(":")
        if not _NAME.fullmatch(name) or (kind or "string") not in _TYPES:
            raise ConfigError(
                f"The setting `{setting}` holds {text!r}, which does not name an extension property.",
                "Write NAME or NAME:TYPE with commas between, e.g. "
                "extension_0a1b2c3d4e5f60718293a4b5c6d7e8f9_costCenter; "
                f"types are {', '.join(_TYPES)}.",
            )
        schema[name] = {**_TYPES[kind or "string"], "description": "Extension property of this tenant"}
    return schema

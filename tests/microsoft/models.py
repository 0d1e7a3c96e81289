"""Compares declared columns with Microsoft's models. Runs where those are installed; see conftest.py.

Reads {stream: {"models": ["package.module.Class"], "schema": JSON schema}}, writes {stream: [differences]}.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a model reads a property with, and the JSON it must have been.
JSON_TYPES = {
    "get_bool_value": "boolean",
    "get_bytes_value": "string",
    "get_collection_of_enum_values": "array",
    "get_collection_of_object_values": "array",
    "get_collection_of_primitive_values": "array",
    "get_date_value": "string date",
    "get_datetime_value": "string date-time",
    "get_enum_value": "string",
    "get_float_value": "number",
    "get_int_value": "integer",
    "get_object_value": "object",
    "get_str_value": "string",
    "get_timedelta_value": "string",
    "get_uuid_value": "string",
}

# Microsoft's client reads enums that may be combined as lists; in JSON they are one string, with commas between.
COMBINED_ENUMS = {
    "allowedWeakAlgorithms",
    "authenticationProtocol",
    "crossTenantAccessType",
    "guestOrExternalUserTypes",
    "incomingTokenType",
    "insiderRiskLevels",
    "nativeAuthenticationApisEnabled",
    "transferMethods",
}

# A list of these holds objects of kinds that have more than the model itself.
KINDS = {"IpRange": ("i_pv4_cidr_range.IPv4CidrRange", "i_pv6_cidr_range.IPv6CidrRange")}

CAMEL_CASE = re.compile(r"\b[a-z]+[A-Z]\w*")


class Reader:
    """Stands in for a JSON document; answers how it was read, and as what."""

    def __getattr__(self, method: str) -> Any:
        return lambda *model: (method, *model)


def model_named(path: str) -> type:
    module, _, name = path.rpartition(".")
    model: type = getattr(importlib.import_module(module), name)
    return model


@cache
def properties_of(model: type) -> dict[str, tuple[Any, ...]]:
    """Graph's name of each property of a model, with how the model reads it."""
    instance = model()
    readings = {}
    for name, read in instance.get_field_deserializers().items():
        before = dict(vars(instance))
        read(Reader())
        readings[name] = next(value for key, value in vars(instance).items() if value is not before[key])
    return readings


def json_type(schema: dict[str, Any]) -> str:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    (kind,) = (kind for kind in kinds if kind != "null")
    return f"{kind} {schema['format']}" if "format" in schema else kind


def differences(schema: dict[str, Any], model: type, *others: type, path: str = "") -> Iterator[str]:
    """What a model reads otherwise than it is declared; of several, the first that knows a column counts."""
    known = {name: kind for one in (*reversed(others), model) for name, kind in properties_of(one).items()}
    for name, declared in schema["properties"].items():
        if name not in known:
            yield f"{path}{name}: unknown to {model.__name__}"
            continue
        method, *of = known[name]
        theirs = "string" if name in COMBINED_ENUMS else JSON_TYPES[method]
        if json_type(declared) != theirs:
            yield f"{path}{name}: declared {json_type(declared)}, {model.__name__} reads {theirs}"
        elif theirs == "object":
            yield from differences(declared, of[0], path=f"{path}{name}.")
        elif method == "get_collection_of_object_values":
            named = set(CAMEL_CASE.findall(declared["description"]))
            for word in sorted(named - fields_below(of[0]) - schema["properties"].keys()):
                yield f"{path}{name}: its description names {word}, unknown to {of[0].__name__}"


def fields_below(model: type) -> set[str]:
    """The names of a model's properties, and of theirs."""
    names: set[str] = set()
    for kind in KINDS.get(model.__name__, ()):
        names |= properties_of(model_named(f"msgraph.generated.models.{kind}")).keys()
    for name, (method, *of) in properties_of(model).items():
        names.add(name)
        if method in {"get_object_value", "get_collection_of_object_values"} and of[0] is not model:
            names |= properties_of(of[0]).keys()
    return names


def main() -> None:
    asked = json.load(sys.stdin)
    found = {
        stream: list(differences(one["schema"], *map(model_named, one["models"]))) for stream, one in asked.items()
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

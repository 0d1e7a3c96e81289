"""Are the declared columns what Microsoft's own Python client reads?

Needs `pip install .[models]`: two packages of some hundred megabytes, hence not among the other development tools.
"""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.streams import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed: pip install .[models]")
pytest.importorskip("msgraph_beta", reason="msgraph-beta-sdk is not installed: pip install .[models]")

# Module and class under `generated.models`.
MODELS = {
    "administrative_units": "administrative_unit.AdministrativeUnit",
    "app_role_assignments": "app_role_assignment.AppRoleAssignment",
    "applications": "application.Application",
    "devices": "device.Device",
    "directory_audits": "directory_audit.DirectoryAudit",
    "domains": "domain.Domain",
    "groups": "group.Group",
    "managed_identity_sign_ins": "sign_in.SignIn",
    "non_interactive_sign_ins": "sign_in.SignIn",
    "oauth2_permission_grants": "o_auth2_permission_grant.OAuth2PermissionGrant",
    "organization": "organization.Organization",
    "role_assignments": "unified_role_assignment.UnifiedRoleAssignment",
    "role_definitions": "unified_role_definition.UnifiedRoleDefinition",
    "service_principal_sign_in_activities": "service_principal_sign_in_activity.ServicePrincipalSignInActivity",
    "service_principal_sign_ins": "sign_in.SignIn",
    "service_principals": "service_principal.ServicePrincipal",
    "sign_ins": "sign_in.SignIn",
    "subscribed_skus": "subscribed_sku.SubscribedSku",
    "user_registration_details": "user_registration_details.UserRegistrationDetails",
    "user_sign_in_activity": "user.User",
    "users": "user.User",
}

# Their columns are this tap's own.
OWN = {
    "administrative_unit_members",
    "group_members",
    "group_owners",
    "profile_photos",
    "stream_runs",
    "user_managers",
}

# What a model reads a property with, and the JSON it must have been.
JSON_TYPES = {
    "get_bool_value": "boolean",
    "get_bytes_value": "string",
    "get_collection_of_enum_values": "array",
    "get_collection_of_object_values": "array",
    "get_collection_of_primitive_values": "array",
    "get_datetime_value": "string date-time",
    "get_enum_value": "string",
    "get_float_value": "number",
    "get_int_value": "integer",
    "get_object_value": "object",
    "get_str_value": "string",
    "get_uuid_value": "string",
}

# Microsoft's client reads enums that may be combined as lists; in JSON they are one string, with commas between.
COMBINED_ENUMS = {
    "allowedWeakAlgorithms",
    "authenticationProtocol",
    "crossTenantAccessType",
    "incomingTokenType",
    "nativeAuthenticationApisEnabled",
}

CAMEL_CASE = re.compile(r"\b[a-z]+[A-Z]\w*")


class Reader:
    """Stands in for a JSON document; answers how it was read, and as what."""

    def __getattr__(self, method: str) -> Any:
        return lambda *model: (method, *model)


def properties_of(model: type) -> dict[str, tuple[Any, ...]]:
    """Graph's name of each property of a model, with how the model reads it."""
    instance = model()
    readings = {}
    for name, read in instance.get_field_deserializers().items():
        before = dict(vars(instance))
        read(Reader())
        readings[name] = next(value for key, value in vars(instance).items() if value is not before[key])
    return readings


def model_of(stream: Any) -> type:
    package = "msgraph_beta" if stream.graph_version == "beta" else "msgraph"
    module, name = MODELS[stream.name].split(".")
    return getattr(importlib.import_module(f"{package}.generated.models.{module}"), name)


def json_type(schema: dict[str, Any]) -> str:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    (kind,) = (kind for kind in kinds if kind != "null")
    return f"{kind} {schema['format']}" if "format" in schema else kind


def differences(schema: dict[str, Any], model: type, path: str = "") -> Iterator[str]:
    known = properties_of(model)
    for name, declared in schema["properties"].items():
        if name not in known:
            yield f"{path}{name}: unknown to {model.__name__}"
            continue
        method, *of = known[name]
        theirs = "string" if name in COMBINED_ENUMS else JSON_TYPES[method]
        if json_type(declared) != theirs:
            yield f"{path}{name}: declared {json_type(declared)}, {model.__name__} reads {theirs}"
        elif theirs == "object":
            yield from differences(declared, of[0], f"{path}{name}.")
        elif method == "get_collection_of_object_values":
            named = set(CAMEL_CASE.findall(declared["description"]))
            for word in sorted(named - fields_below(of[0]) - schema["properties"].keys()):
                yield f"{path}{name}: its description names {word}, unknown to {of[0].__name__}"


def fields_below(model: type) -> set[str]:
    """The names of a model's properties, and of theirs."""
    names = set()
    for name, (method, *of) in properties_of(model).items():
        names.add(name)
        if method in {"get_object_value", "get_collection_of_object_values"} and of[0] is not model:
            names |= properties_of(of[0]).keys()
    return names


@pytest.mark.parametrize("stream", [stream for stream in STREAMS if stream.name not in OWN], ids=lambda it: it.name)
def test_columns_are_what_microsofts_own_client_reads(stream: Any) -> None:
    assert list(differences(stream.schema, model_of(stream))) == []


def test_no_stream_escapes_the_comparison() -> None:
    assert {stream.name for stream in STREAMS} == MODELS.keys() | OWN

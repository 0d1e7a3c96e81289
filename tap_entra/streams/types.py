"""Shapes that several streams share, and the JSON type that Singer's own list lacks."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th


class JsonArray(th.JSONTypeHelper[list[Any]]):
    """An array whose elements are not declared.

    target-postgres makes `jsonb` of an array without `items`, which can be queried as a whole and loads faster than the
    `jsonb[]` it makes of one with. What the elements hold is in each column's description.
    """

    @th.DefaultInstanceProperty
    def type_dict(self) -> dict[str, Any]:
        """The JSON schema, a new one each time: the SDK writes into what it is given."""
        return {"type": ["array"]}


DELETED = th.Property(
    "deletedDateTime",
    th.DateTimeType,
    description="When it was put into the recycle bin, UTC; null for what is live, or gone from the bin too",
)

ASSIGNED_LICENSES = th.Property(
    "assignedLicenses",
    JsonArray,
    description="Licences in force, direct and through groups; each element has skuId and disabledPlans",
)

ON_PREMISES_PROVISIONING_ERRORS = th.Property(
    "onPremisesProvisioningErrors",
    JsonArray,
    description=(
        "What failed when synchronising from Active Directory; each element has category, occurredDateTime, "
        "propertyCausingError and value"
    ),
)

SERVICE_PROVISIONING_ERRORS = th.Property(
    "serviceProvisioningErrors",
    JsonArray,
    description="Errors a cloud service reported; each element has createdDateTime, isResolved and serviceInstance",
)

ASSIGNED_PLANS = th.Property(
    "assignedPlans",
    JsonArray,
    description="Service plans; each element has servicePlanId, service, capabilityStatus and assignedDateTime",
)

PROVISIONED_PLANS = th.Property(
    "provisionedPlans",
    JsonArray,
    description="Plans set up so far; each element has service, capabilityStatus and provisioningStatus",
)

EXTENSION_ATTRIBUTES = th.ObjectType(
    *(
        th.Property(f"extensionAttribute{number}", th.StringType, description=f"Free text number {number}")
        for number in range(1, 16)
    )
)

SIGN_IN_ACTIVITY = th.ObjectType(
    th.Property("lastSignInDateTime", th.DateTimeType, description="Last interactive attempt, successful or not, UTC"),
    th.Property("lastSignInRequestId", th.StringType, description="Id of that sign-in; sign_ins.id while it is kept"),
    th.Property(
        "lastNonInteractiveSignInDateTime",
        th.DateTimeType,
        description="Last attempt by a client on the user's behalf, successful or not, UTC; not before May 2020",
    ),
    th.Property(
        "lastNonInteractiveSignInRequestId",
        th.StringType,
        description="Id of that sign-in; non_interactive_sign_ins.id while it is kept",
    ),
    th.Property(
        "lastSuccessfulSignInDateTime",
        th.DateTimeType,
        description="Last success of either kind, UTC; not before December 2023",
    ),
    th.Property("lastSuccessfulSignInRequestId", th.StringType, description="Id of that sign-in"),
)

_SCHEDULE_INFO = th.Property(
    "scheduleInfo",
    th.ObjectType(
        th.Property(
            "expiration",
            th.ObjectType(
                th.Property("duration", th.StringType, description="How long it lasts, e.g. PT8H; null for most"),
                th.Property("endDateTime", th.DateTimeType, description="When it ends, UTC; null without an end"),
                th.Property("type", th.StringType, description="noExpiration, afterDateTime or afterDuration"),
            ),
            description="Its end",
        ),
        th.Property("startDateTime", th.DateTimeType, description="When it begins, UTC; may lie ahead"),
    ),
    description="From when to when",
)

APP_ROLES = th.Property(
    "appRoles",
    JsonArray,
    description=(
        "Roles and app permissions it offers; each element has id (what assignments refer to), value, displayName, "
        "description, allowedMemberTypes, isEnabled and origin"
    ),
)

PASSWORD_CREDENTIALS = th.Property(
    "passwordCredentials",
    JsonArray,
    description=(
        "Its secrets, without the secrets: each element has keyId, displayName, startDateTime, endDateTime and "
        "customKeyIdentifier"
    ),
)

KEY_CREDENTIALS = th.Property(
    "keyCredentials",
    JsonArray,
    description=(
        "Its certificates, without the certificates: each element has keyId, displayName, type, startDateTime, "
        "endDateTime, customKeyIdentifier and usage, Sign or Verify. A SAML signing certificate comes as two keys with "
        "one customKeyIdentifier"
    ),
)

# What of a credential must not reach the warehouse: `hint` is the first three characters of the secret, `key` the
# certificate, which may be large.
CREDENTIAL_SECRETS = {"keyCredentials": ("key",), "passwordCredentials": ("hint", "secretText")}

INFO = th.Property(
    "info",
    th.ObjectType(
        th.Property("logoUrl", th.StringType, description="Its logo, on Microsoft's servers"),
        th.Property("marketingUrl", th.StringType, description="Its marketing page"),
        th.Property("privacyStatementUrl", th.StringType, description="Its privacy statement"),
        th.Property("supportUrl", th.StringType, description="Its support page"),
        th.Property("termsOfServiceUrl", th.StringType, description="Its terms of service"),
    ),
    description="Web addresses the publisher gave",
)

VERIFIED_PUBLISHER = th.Property(
    "verifiedPublisher",
    th.ObjectType(
        th.Property("addedDateTime", th.DateTimeType, description="When it was added or last renewed, UTC"),
        th.Property("displayName", th.StringType, description="The publisher's name, checked by Microsoft"),
        th.Property("verifiedPublisherId", th.StringType, description="The publisher's id as a Microsoft partner"),
    ),
    description="Publisher checked by Microsoft; members are null if there is none",
)


def schedule_schema(principal: str, *own: th.Property[Any]) -> dict[str, Any]:
    """Return the schema of a list of role schedules, with the columns in alphabetical order after the id.

    Args:
        principal: What the column `principalId` holds.
        own: The columns that the other of the two lists lacks.
    """
    columns = (
        th.Property("appScopeId", th.StringType, description="Limited to this scope of an app; null for most"),
        th.Property("createdDateTime", th.DateTimeType, description="When it was made, UTC; null if not through PIM"),
        th.Property("createdUsing", th.StringType, description="Id of the request that it was made by"),
        th.Property(
            "directoryScopeId",
            th.StringType,
            description="/ for the whole tenant, /administrativeUnits/{id} or /{object id} for a part of it",
        ),
        th.Property(
            "memberType", th.StringType, description="Direct, Group or Inherited: how the principal comes by it"
        ),
        th.Property(
            "modifiedDateTime", th.DateTimeType, description="When it was last changed, UTC; null if it never was"
        ),
        th.Property("principalId", th.StringType, description=principal),
        th.Property("roleDefinitionId", th.StringType, description="The role; role_definitions.id"),
        _SCHEDULE_INFO,
        th.Property("status", th.StringType, description="Provisioned once it counts"),
        *own,
    )
    key = th.Property("id", th.StringType, required=True, description="Id of the schedule")
    return th.PropertiesList(key, *sorted(columns, key=lambda column: column.name)).to_dict()

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

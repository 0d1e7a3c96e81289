"""Application owners: people and apps that manage app registrations."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import BatchedLinkStream


class ApplicationOwners(BatchedLinkStream):
    """One row for each owner of a registration; an owner may be on the registration alone, not on its enterprise app.

    https://learn.microsoft.com/graph/api/application-list-owners
    """

    name = "application_owners"
    path = "/applications/{id}/owners"
    parents = "/applications"
    permissions = ("Directory.Read.All",)
    parent_key = "applicationId"
    child_key = "ownerId"
    type_key = "ownerType"
    primary_keys = ("applicationId", "ownerId")
    schema = th.PropertiesList(
        th.Property(
            "applicationId", th.StringType, required=True, description="Object id of the registration; applications.id"
        ),
        th.Property("ownerId", th.StringType, required=True, description="Object id of the owner"),
        th.Property("ownerType", th.StringType, description="What the owner is: user or servicePrincipal"),
    ).to_dict()

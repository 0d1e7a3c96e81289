"""Service principal owners: people and apps that manage apps."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import BatchedLinkStream


class ServicePrincipalOwners(BatchedLinkStream):
    """One row for each owner of an enterprise application.

    Owners that are apps may be missing: v1.0 leaves them out of the owners of groups, and whether it does so here is
    not documented.

    https://learn.microsoft.com/graph/api/serviceprincipal-list-owners
    """

    name = "service_principal_owners"
    path = "/servicePrincipals/{id}/owners"
    parents = "/servicePrincipals"
    permissions = ("Directory.Read.All",)
    parent_key = "servicePrincipalId"
    child_key = "ownerId"
    type_key = "ownerType"
    primary_keys = ("servicePrincipalId", "ownerId")
    schema = th.PropertiesList(
        th.Property(
            "servicePrincipalId", th.StringType, required=True, description="The app's object id; service_principals.id"
        ),
        th.Property("ownerId", th.StringType, required=True, description="Object id of the owner"),
        th.Property("ownerType", th.StringType, description="What the owner is: user or servicePrincipal"),
    ).to_dict()

"""Contacts: people outside the company who are in its address book."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import DeltaStream
from tap_entra.streams.types import (
    DELETED,
    ON_PREMISES_PROVISIONING_ERRORS,
    SERVICE_PROVISIONING_ERRORS,
    JsonArray,
)


class Contacts(DeltaStream):
    """Organizational contacts, which admins manage; not the contacts that people keep for themselves.

    https://learn.microsoft.com/graph/api/orgcontact-list and https://learn.microsoft.com/graph/api/orgcontact-delta
    """

    name = "contacts"
    path = "/contacts"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    deleted_type = "microsoft.graph.orgContact"
    always_set = ("displayName",)
    kept_in_bin = ("displayName", "mail")
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Object id, a GUID"),
        DELETED,
        th.Property(
            "addresses",
            JsonArray,
            description="Postal addresses; each element has street, city, state, postalCode, countryOrRegion",
        ),
        th.Property("companyName", th.StringType, description="The contact's company"),
        th.Property("department", th.StringType, description="Department in that company"),
        th.Property("displayName", th.StringType, description="Name in the address book"),
        th.Property("givenName", th.StringType, description="First name"),
        th.Property("jobTitle", th.StringType, description="Job title"),
        th.Property("mail", th.StringType, description="Mail address"),
        th.Property("mailNickname", th.StringType, description="Mail alias"),
        th.Property(
            "onPremisesLastSyncDateTime",
            th.DateTimeType,
            description="Last synchronisation with Active Directory, UTC; null if there never was one",
        ),
        ON_PREMISES_PROVISIONING_ERRORS,
        th.Property(
            "onPremisesSyncEnabled",
            th.BooleanType,
            description="True while synchronised from Active Directory, false if no longer, null if never",
        ),
        th.Property("phones", JsonArray, description="Phone numbers; each element has type and number"),
        th.Property(
            "proxyAddresses", JsonArray, description="All mail addresses, strings; SMTP: marks the primary one"
        ),
        SERVICE_PROVISIONING_ERRORS,
        th.Property("surname", th.StringType, description="Last name"),
    ).to_dict()

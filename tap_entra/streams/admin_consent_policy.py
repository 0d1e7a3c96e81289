"""Admin consent policy: whether people may ask for an app, and who decides."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.types import JsonArray


class AdminConsentPolicy(FullStream):
    """The workflow for people who want an app that needs an administrator's consent: always exactly one row.

    Not selected unless asked for. Microsoft names Policy.Read.All as the least permission; Directory.Read.All, which
    default streams need, is enough as well.

    https://learn.microsoft.com/graph/api/adminconsentrequestpolicy-get
    """

    name = "admin_consent_policy"
    path = "/policies/adminConsentRequestPolicy"
    permissions = ("Policy.Read.All",)
    roles = (
        "Global Reader",
        "Application Administrator",
        "Cloud Application Administrator",
        "Global Administrator",
    )
    primary_keys = ("id",)
    selected_by_default = False
    is_single = True
    page_size = None
    not_selectable = ("id",)
    # Without Graph's column version: target-postgres 0.8.1 cannot remove rows from a table that has one of that name.
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="adminConsentRequestPolicy; Graph gives it no id"),
        th.Property("isEnabled", th.BooleanType, description="True if people may ask for consent"),
        th.Property("notifyReviewers", th.BooleanType, description="True if reviewers get mail about requests"),
        th.Property(
            "remindersEnabled", th.BooleanType, description="True if reviewers are reminded before they expire"
        ),
        th.Property("requestDurationInDays", th.IntegerType, description="Days until a request expires"),
        th.Property(
            "reviewers",
            JsonArray,
            description="The reviewers; each element has query, e.g. /users/{id}, queryType and queryRoot",
        ),
    ).to_dict()

"""User registration details: sign-in methods that each user registered, such as MFA."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import REPORT_READERS
from tap_entra.streams.types import JsonArray


class UserRegistrationDetails(FullStream):
    """One row for each enabled user; disabled users are not in this report.

    https://learn.microsoft.com/graph/api/authenticationmethodsroot-list-userregistrationdetails
    """

    name = "user_registration_details"
    path = "/reports/authenticationMethods/userRegistrationDetails"
    permissions = ("AuditLog.Read.All",)
    plan = "P1"
    roles = REPORT_READERS
    primary_keys = ("id",)
    has_object_ids = True
    supports_select = False
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="The user's object id; users.id"),
        th.Property("isAdmin", th.BooleanType, description="True if the user holds a directory role"),
        th.Property("isMfaCapable", th.BooleanType, description="Has set up a strong method that policy allows"),
        th.Property("isMfaRegistered", th.BooleanType, description="Has set up a strong method, allowed or not"),
        th.Property(
            "isPasswordlessCapable",
            th.BooleanType,
            description="Can sign in without a password, e.g. by passkey or Windows Hello",
        ),
        th.Property(
            "isSsprCapable", th.BooleanType, description="Could reset a forgotten password without the help desk"
        ),
        th.Property("isSsprEnabled", th.BooleanType, description="Policy lets the user reset a forgotten password"),
        th.Property("isSsprRegistered", th.BooleanType, description="Has set up enough methods to reset a password"),
        th.Property(
            "isSystemPreferredAuthenticationMethodEnabled",
            th.BooleanType,
            description="True if Microsoft picks the strongest method at each sign-in",
        ),
        th.Property("lastUpdatedDateTime", th.DateTimeType, description="When Microsoft last made this row, UTC"),
        th.Property(
            "methodsRegistered",
            JsonArray,
            description="Methods set up; strings such as microsoftAuthenticatorPush, mobilePhone, fido2SecurityKey",
        ),
        th.Property(
            "systemPreferredAuthenticationMethods",
            JsonArray,
            description="What Microsoft would pick, strongest first; strings such as push, oath",
        ),
        th.Property("userDisplayName", th.StringType, description="The user's name"),
        th.Property(
            "userPreferredMethodForSecondaryAuthentication",
            th.StringType,
            description="Second step the user chose: push, oath, voiceMobile, sms, ... or none; may be empty",
        ),
        th.Property("userPrincipalName", th.StringType, description="Name the user signs in with"),
        th.Property("userType", th.StringType, description="member or guest"),
    ).to_dict()

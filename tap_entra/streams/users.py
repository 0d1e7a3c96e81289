"""Users: accounts in the tenant, employees and guests."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import DeltaStream
from tap_entra.streams.types import (
    ASSIGNED_LICENSES,
    ASSIGNED_PLANS,
    DELETED,
    EXTENSION_ATTRIBUTES,
    ON_PREMISES_PROVISIONING_ERRORS,
    PROVISIONED_PLANS,
    SERVICE_PROVISIONING_ERRORS,
    JsonArray,
)


class Users(DeltaStream):
    """Accounts of people, rooms and shared mailboxes; a deleted account stays as a soft-deleted row.

    Left out is what Graph answers for one user at a time only (aboutMe, skills, ...), what needs more than this tap's
    scopes (employeeLeaveDateTime, customSecurityAttributes), and passwordProfile.

    https://learn.microsoft.com/graph/api/user-list and https://learn.microsoft.com/graph/api/user-delta
    """

    name = "users"
    path = "/users"
    permissions = ("User.Read.All",)
    primary_keys = ("id",)
    deleted_type = "microsoft.graph.user"
    always_set = ("accountEnabled", "createdDateTime", "displayName", "userPrincipalName", "userType")
    kept_in_bin = ("displayName", "mail")
    not_selectable = ("deletedDateTime",)
    kind_column = "objectType"
    extensions_setting = "user_extension_properties"
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Object id, a GUID; stays through renames"),
        DELETED,
        th.Property("accountEnabled", th.BooleanType, description="False when sign-in is blocked"),
        th.Property("ageGroup", th.StringType, description="Minor, NotAdult or Adult; null if never filled in"),
        ASSIGNED_LICENSES,
        ASSIGNED_PLANS,
        th.Property("businessPhones", JsonArray, description="Office phone numbers, strings; Graph keeps at most one"),
        th.Property("city", th.StringType, description="City where the user is"),
        th.Property("companyName", th.StringType, description="Company worked for; for guests often their own"),
        th.Property(
            "consentProvidedForMinor",
            th.StringType,
            description="Granted, Denied or NotRequired for minors; null if never filled in",
        ),
        th.Property("country", th.StringType, description="Country or region where the user is, as typed in"),
        th.Property(
            "createdDateTime",
            th.DateTimeType,
            description="When the account was created, UTC; null for some made before June 2018",
        ),
        th.Property(
            "creationType",
            th.StringType,
            description="Null for an ordinary account, else Invitation, LocalAccount, EmailVerified and the like",
        ),
        th.Property("department", th.StringType, description="Department worked in"),
        th.Property("displayName", th.StringType, description="Name shown in the address book"),
        th.Property("employeeHireDate", th.DateTimeType, description="First day at work, past or future, UTC"),
        th.Property("employeeId", th.StringType, description="The employer's own number for the person"),
        th.Property(
            "employeeOrgData",
            th.ObjectType(
                th.Property("costCenter", th.StringType, description="Cost centre the person is booked on"),
                th.Property("division", th.StringType, description="Division worked in"),
            ),
            description="Place in the company's books; null if never filled in",
        ),
        th.Property("employeeType", th.StringType, description="Free text such as Employee, Contractor, Vendor"),
        th.Property(
            "externalUserState",
            th.StringType,
            description="State of a guest's invitation: PendingAcceptance or Accepted; null for all others",
        ),
        th.Property(
            "externalUserStateChangeDateTime",
            th.DateTimeType,
            description="When externalUserState last changed, UTC",
        ),
        th.Property("faxNumber", th.StringType, description="Fax number"),
        th.Property("givenName", th.StringType, description="First name"),
        th.Property(
            "identities",
            JsonArray,
            description="Names to sign in with; each element has signInType, issuer and issuerAssignedId",
        ),
        th.Property(
            "identityParentId",
            th.StringType,
            description="Object id of the agent identity that an AI agent belongs to; null for people",
        ),
        th.Property("imAddresses", JsonArray, description="Addresses for chat and calls, strings"),
        th.Property(
            "isManagementRestricted",
            th.BooleanType,
            description="True if only admins of a restricted administrative unit may change the user; null means false",
        ),
        th.Property("isResourceAccount", th.BooleanType, description="Kept by Microsoft for later use; as a rule null"),
        th.Property("jobTitle", th.StringType, description="Job title"),
        th.Property(
            "lastPasswordChangeDateTime",
            th.DateTimeType,
            description="When the password was last set, UTC; at first when the account was created",
        ),
        th.Property(
            "legalAgeGroupClassification",
            th.StringType,
            description="Worked out by Microsoft from ageGroup and consentProvidedForMinor",
        ),
        th.Property(
            "licenseAssignmentStates",
            JsonArray,
            description=(
                "How each licence came: assignedByGroup is null when direct; with skuId, disabledPlans, state, error "
                "and lastUpdatedDateTime. Up to reconcile_days old: Graph does not report its changes"
            ),
        ),
        th.Property("mail", th.StringType, description="Primary mail address; null without a mailbox"),
        th.Property("mailNickname", th.StringType, description="Mail alias, the part before the @"),
        th.Property("mobilePhone", th.StringType, description="Mobile phone number"),
        th.Property("objectType", th.StringType, description="agentUser for an AI agent; null for everybody else"),
        th.Property("officeLocation", th.StringType, description="Office, e.g. a room or a building"),
        th.Property("onPremisesDistinguishedName", th.StringType, description="Distinguished name in Active Directory"),
        th.Property("onPremisesDomainName", th.StringType, description="DNS name of the domain in Active Directory"),
        th.Property(
            "onPremisesExtensionAttributes",
            EXTENSION_ATTRIBUTES,
            description="Fifteen free texts, mastered in Active Directory for synchronised users",
        ),
        th.Property(
            "onPremisesImmutableId",
            th.StringType,
            description="What ties the user to its account in Active Directory, base64",
        ),
        th.Property(
            "onPremisesLastSyncDateTime",
            th.DateTimeType,
            description="Last synchronisation with Active Directory, UTC; null if there never was one",
        ),
        ON_PREMISES_PROVISIONING_ERRORS,
        th.Property("onPremisesSamAccountName", th.StringType, description="Logon name in Active Directory"),
        th.Property("onPremisesSecurityIdentifier", th.StringType, description="SID in Active Directory, S-1-5-..."),
        th.Property(
            "onPremisesSyncEnabled",
            th.BooleanType,
            description="True while synchronised from Active Directory, false if no longer, null if never",
        ),
        th.Property("onPremisesUserPrincipalName", th.StringType, description="userPrincipalName in Active Directory"),
        th.Property("otherMails", JsonArray, description="Further mail addresses, strings; for guests their own"),
        th.Property(
            "passwordPolicies",
            th.StringType,
            description="Exceptions, e.g. DisablePasswordExpiration, several with commas between; null for none",
        ),
        th.Property("postalCode", th.StringType, description="Postal code of the address"),
        th.Property(
            "preferredDataLocation",
            th.StringType,
            description="Region that mail and files are kept in, e.g. EUR; null for the tenant's own",
        ),
        th.Property("preferredLanguage", th.StringType, description="Language wished for, e.g. en-US"),
        PROVISIONED_PLANS,
        th.Property(
            "proxyAddresses",
            JsonArray,
            description="All mail addresses, strings; SMTP: is before the primary one and smtp: before the others",
        ),
        th.Property("securityIdentifier", th.StringType, description="SID in Entra ID, S-1-12-1-..."),
        SERVICE_PROVISIONING_ERRORS,
        th.Property(
            "signInSessionsValidFromDateTime",
            th.DateTimeType,
            description="Sessions begun before this moment no longer count, UTC",
        ),
        th.Property("state", th.StringType, description="State or province of the address"),
        th.Property("streetAddress", th.StringType, description="Street of the address"),
        th.Property("surname", th.StringType, description="Family name"),
        th.Property(
            "usageLocation",
            th.StringType,
            description="Two-letter country where services are used; a licence cannot be given without it",
        ),
        th.Property("userPrincipalName", th.StringType, description="Name to sign in with; can change, unlike id"),
        th.Property("userType", th.StringType, description="Member or Guest; null for some old accounts"),
    ).to_dict()

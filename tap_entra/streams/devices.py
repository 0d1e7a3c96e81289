"""Devices: devices that people sign in from."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import DeltaStream
from tap_entra.streams.types import DELETED, JsonArray


class Devices(DeltaStream):
    """Computers and phones that are registered with or joined to the tenant.

    Left out is what Microsoft calls internal: alternativeSecurityIds, deviceMetadata, deviceVersion, physicalIds.

    https://learn.microsoft.com/graph/api/device-list and https://learn.microsoft.com/graph/api/device-delta
    """

    name = "devices"
    path = "/devices"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    deleted_type = "microsoft.graph.device"
    always_set = ("deviceId", "displayName")
    not_selectable = ("deletedDateTime",)
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Object id, a GUID; not the deviceId"),
        DELETED,
        th.Property("accountEnabled", th.BooleanType, description="False when sign-in from it is blocked"),
        th.Property(
            "approximateLastSignInDateTime",
            th.DateTimeType,
            description="Last seen signing in, UTC; renewed every two weeks or so",
        ),
        th.Property(
            "complianceExpirationDateTime",
            th.DateTimeType,
            description="When it stops counting as compliant unless it reports again, UTC",
        ),
        th.Property("deviceCategory", th.StringType, description="Category given in Intune"),
        th.Property("deviceId", th.StringType, description="Id it registered with; deviceDetail.deviceId in sign-ins"),
        th.Property("deviceOwnership", th.StringType, description="company, personal or unknown, from Intune"),
        th.Property("displayName", th.StringType, description="The device's name"),
        th.Property("enrollmentProfileName", th.StringType, description="Profile it was enrolled with in Intune"),
        th.Property("enrollmentType", th.StringType, description="How it was enrolled, e.g. windowsAzureADJoin"),
        th.Property("isCompliant", th.BooleanType, description="Met the company's rules; null if not known"),
        th.Property("isManaged", th.BooleanType, description="Managed by the company; null if not known"),
        th.Property(
            "isManagementRestricted",
            th.BooleanType,
            description="True if only admins of a restricted administrative unit may change it; null means false",
        ),
        th.Property("isRooted", th.BooleanType, description="True if rooted or jail-broken; null if not known"),
        th.Property("managementType", th.StringType, description="What manages it, e.g. mdm; null if nothing does"),
        th.Property("manufacturer", th.StringType, description="Who made it"),
        th.Property("mdmAppId", th.StringType, description="Client id of the app that manages it"),
        th.Property("model", th.StringType, description="Model"),
        th.Property(
            "onPremisesLastSyncDateTime",
            th.DateTimeType,
            description="Last synchronisation with Active Directory, UTC; null if there never was one",
        ),
        th.Property("onPremisesSecurityIdentifier", th.StringType, description="SID in Active Directory, S-1-5-..."),
        th.Property(
            "onPremisesSyncEnabled",
            th.BooleanType,
            description="True while synchronised from Active Directory, false if no longer, null if never",
        ),
        th.Property("operatingSystem", th.StringType, description="Operating system, e.g. Windows"),
        th.Property("operatingSystemVersion", th.StringType, description="Its version"),
        th.Property("profileType", th.StringType, description="RegisteredDevice, SecureVM, Printer, Shared or IoT"),
        th.Property("registrationDateTime", th.DateTimeType, description="When it was registered, UTC"),
        th.Property("systemLabels", JsonArray, description="Labels set by Microsoft; strings"),
        th.Property(
            "trustType",
            th.StringType,
            description="Workplace: a person's own. AzureAd: joined to Entra ID. ServerAd: to Active Directory too",
        ),
    ).to_dict()

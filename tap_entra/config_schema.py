"""The tap's settings: flat, and no more than a user has a reason for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import singer_sdk.typing as th

from tap_entra.auth import ConfigError
from tap_entra.graph import odata
from tap_entra.singer import KEYS, OFF, ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: https://learn.microsoft.com/graph/api/profilephoto-get: the sizes that Microsoft keeps of a picture in a mailbox.
PHOTO_SIZES = [f"{side}x{side}" for side in (48, 64, 96, 120, 240, 360, 432, 504, 648)]

SETTINGS = th.PropertiesList(
    th.Property(
        "tenant_id",
        th.StringType,
        title="Tenant ID",
        description="The directory to read: its id (a GUID) or one of its verified domains",
    ),
    th.Property(
        "client_id", th.StringType, title="Client ID", description="Application (client) id of your app registration"
    ),
    th.Property(
        "auth_flow",
        th.StringType,
        title="Sign-in flow",
        allowed_values=["delegated", "client_credentials", "workload_identity", "managed_identity"],
        default="delegated",
        description="How to sign in: as a person with a refresh token (delegated), or as the app itself",
    ),
    th.Property(
        "refresh_token",
        th.StringType,
        secret=True,
        title="Refresh token",
        description="Starts the sign-in if `tap-entra-auth connect` did not; the tap keeps its successors",
    ),
    th.Property(
        "client_secret",
        th.StringType,
        secret=True,
        title="Client secret",
        description="For an app registration that is a confidential client",
    ),
    th.Property(
        "certificate_path",
        th.StringType,
        title="Certificate",
        description="File used instead of a client secret: PEM with private key and certificate, or PFX",
    ),
    th.Property(
        "certificate_password",
        th.StringType,
        secret=True,
        title="Certificate password",
        description="Password of the private key in certificate_path, if it is encrypted",
    ),
    th.Property(
        "federated_token_path",
        th.StringType,
        title="Federated token",
        description="For workload_identity: file in which the platform keeps a fresh token",
    ),
    th.Property(
        "managed_identity_client_id",
        th.StringType,
        title="Managed identity",
        description="For managed_identity: client id of a user-assigned identity. Default: the machine's identity",
    ),
    th.Property(
        "token_cache_path",
        th.StringType,
        title="Token cache",
        description="File that keeps the current refresh token, mode 0600; it must outlive the run. "
        "Default: one file per tenant in your state folder",
    ),
    th.Property(
        "cloud",
        th.StringType,
        title="Cloud",
        allowed_values=["global", "usgov", "usgov_dod", "china"],
        default="global",
        description="Microsoft cloud of the tenant",
    ),
    th.Property(
        "graph_url",
        th.StringType,
        title="Graph host",
        description="Graph host that replaces the cloud's, e.g. https://graph.microsoft.us, with no path",
    ),
    th.Property(
        "login_url",
        th.StringType,
        title="Sign-in host",
        description="Sign-in host that replaces the cloud's, e.g. https://login.microsoftonline.us, with no path",
    ),
    th.Property(
        "start_date",
        th.StringType,
        title="Start date",
        description="Earliest log time to read, ISO 8601, e.g. 2026-01-31 or 2026-01-31T00:00:00Z. "
        "Default: all that Microsoft keeps, 30 days at most",
    ),
    th.Property(
        "log_overlap_minutes",
        th.IntegerType(minimum=0, maximum=43200),
        title="Log overlap",
        default=1440,
        description="How far each run goes back in logs for late-arriving rows, in minutes",
    ),
    th.Property(
        "log_source",
        th.StringType,
        title="Log source",
        allowed_values=["graph", "storage"],
        default="graph",
        description="Where sign-ins, the audit log and provisioning logs come from: Graph, or Microsoft's diagnostic "
        "export in a storage account, which has no limit on rows",
    ),
    th.Property(
        "storage_url",
        th.StringType,
        secret=True,
        title="Storage of the export",
        description="For storage: the account of the export, e.g. https://contosologs.blob.core.windows.net, or one "
        "container of it; a SAS may follow, otherwise the sign-in needs the role Storage Blob Data Reader",
    ),
    th.Property(
        "storage_shards",
        th.StringType,
        title="Part of the export",
        description="For storage: the part of the blobs that this run reads, as k/n, e.g. 1/4, so that several "
        "machines share a log; each part needs a state of its own. Default: all blobs",
    ),
    th.Property(
        "reconcile_days",
        th.IntegerType(minimum=1),
        title="Reconcile after",
        default=7,
        description="Days until a list that is read by its changes is read in full again",
    ),
    th.Property(
        "photo_size",
        th.StringType,
        title="Photo size",
        allowed_values=PHOTO_SIZES,
        default="240x240",
        description="Size of profile photos in pixels; if a user has none of this size, the nearest one",
    ),
    th.Property(
        "photo_check_days",
        th.IntegerType(minimum=1, maximum=30),
        title="Days to check all photos",
        default=1,
        description="In how many days each photo is checked for changes: 1 checks all in each run, 7 a seventh of the "
        "people a day and everyone who joined. From 1,000 people on",
    ),
    th.Property(
        "user_extension_properties",
        th.StringType,
        title="Extension properties of users",
        description="Directory and schema extensions to extract as columns of users: NAME or NAME:TYPE, with commas "
        "between, e.g. extension_0a1b2c3d4e5f60718293a4b5c6d7e8f9_costCenter. TYPE is string (the default), boolean, "
        "integer, number, date-time, array or object",
    ),
    th.Property(
        "max_in_flight",
        th.IntegerType(minimum=1, maximum=32),
        title="Requests in flight",
        default=8,
        description="Most concurrent requests; Microsoft's limits apply in any case",
    ),
    th.Property(
        "report_share",
        th.IntegerType(minimum=1, maximum=100),
        title="Share of the report limit",
        default=100,
        description="Share of Microsoft's limit on logs and reports to use, in percent; the rest is for other "
        "tools that sign in as the same app",
    ),
    th.Property(
        "retry_budget_minutes",
        th.IntegerType(minimum=0),
        title="Retry budget",
        default=15,
        description="How long to retry a request while Microsoft is busy or out of reach, in minutes",
    ),
    th.Property(
        "emit_activate_version_messages",
        th.BooleanType,
        title="Emit ACTIVATE_VERSION",
        default=True,
        description="Send ACTIVATE_VERSION after each complete pass, so that loaders mark deleted rows",
    ),
    th.Property(
        "soft_deletes",
        th.StringType,
        title="Soft deletes",
        allowed_values=[KEYS, ROWS, OFF],
        default=KEYS,
        description="What to send of a row that a delta stream finds removed: its key and the mark, under a SCHEMA of "
        "these columns alone (keys); a whole row, null where Graph no longer says more, for loaders that cannot take "
        "that SCHEMA (rows); or nothing (off)",
    ),
    th.Property(
        "json_as_text",
        th.BooleanType,
        title="JSON as text",
        default=False,
        description="Send columns of objects and arrays as JSON text, for loaders that have no type for them; the "
        "views of this project need them as they are",
    ),
    th.Property(
        "batch_config",
        th.ObjectType(
            th.Property(
                "encoding",
                th.ObjectType(
                    th.Property("format", th.StringType, allowed_values=["jsonl", "parquet"]),
                    th.Property("compression", th.StringType, allowed_values=["gzip", "none"]),
                ),
            ),
            th.Property(
                "storage",
                th.ObjectType(th.Property("root", th.StringType), th.Property("prefix", th.StringType)),
            ),
            th.Property("batch_size", th.IntegerType(minimum=1)),
        ),
        title="Batch files",
        description="Send the rows of logs in files, to loaders that take BATCH messages. A JSON object: encoding has "
        "format and compression, storage has root and prefix, and batch_size is the most rows of a file. Default: no "
        "files",
    ),
).to_dict()


def check(config: Mapping[str, Any]) -> None:
    """Find what a JSON schema does not.

    Raises:
        ConfigError: A setting that cannot be worked with.
    """
    if config.get("log_source") == "storage" and not config.get("storage_url"):
        raise ConfigError(
            "`log_source` is storage, but `storage_url` is not set.",
            "Set it to the storage account of the export, e.g. https://contosologs.blob.core.windows.net.",
        )
    _check_shards(config.get("storage_shards"))
    start_date = config.get("start_date")
    if start_date:
        try:
            odata.parse_instant(str(start_date))
        except ValueError:
            raise ConfigError(
                f"The setting `start_date` is {start_date!r}, which is not an ISO 8601 date.",
                "Write it like 2026-01-31 or 2026-01-31T00:00:00Z.",
            ) from None


def _check_shards(shards: str | None) -> None:
    number, _, count = str(shards or "1/1").partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise ConfigError(
            f"`storage_shards` is {shards!r}, which is no part of a whole.", "Write it as k/n, e.g. 1/4 to 4/4."
        )

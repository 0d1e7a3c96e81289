"""The settings of the sign-in, checked before any request."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tap_entra.auth.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOWS = ("delegated", "client_credentials", "workload_identity", "managed_identity")
"""Values of `auth_flow`; the first is the default."""

# The flows that use a setting. In any other flow it is an error, since ignoring it would hide a mistake.
_GOES_WITH: Mapping[str, tuple[str, ...]] = {
    "client_secret": ("delegated", "client_credentials"),
    "certificate_path": ("delegated", "client_credentials"),
    "certificate_password": ("delegated", "client_credentials"),
    "federated_token_path": ("workload_identity",),
    "managed_identity_client_id": ("managed_identity",),
}

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True)
class Cloud:
    """Hosts of one Microsoft cloud."""

    login_url: str
    graph_url: str


# https://learn.microsoft.com/graph/deployments
CLOUDS: Mapping[str, Cloud] = {
    "global": Cloud("https://login.microsoftonline.com", "https://graph.microsoft.com"),
    "usgov": Cloud("https://login.microsoftonline.us", "https://graph.microsoft.us"),
    "usgov_dod": Cloud("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
    "china": Cloud("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
}


#: How the sign-in service of every cloud calls Azure Storage: https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory
STORAGE_URL = "https://storage.azure.com"


@dataclass(frozen=True)
class Settings:
    """Checked settings: trimmed, lower case where case has no meaning, None if not set.

    Attributes:
        tenant_id: A GUID or a domain. Empty for a managed identity, which knows its tenant.
        client_id: A GUID. Empty for a managed identity.
        auth_flow: One of `FLOWS`.
        cloud: One of `CLOUDS`. It gives the defaults of the next two.
        login_url: Scheme and host, no slash at the end.
        graph_url: Scheme and host, no slash at the end.
        resource_url: The API that access tokens are for, as the sign-in service calls it: Graph, or Azure Storage.
        token_cache_path: Absolute.
    """

    tenant_id: str
    client_id: str
    auth_flow: str
    cloud: str
    login_url: str
    graph_url: str
    token_cache_path: Path
    refresh_token: str | None = field(repr=False)
    client_secret: str | None = field(repr=False)
    certificate_path: Path | None
    certificate_password: str | None = field(repr=False)
    federated_token_path: Path | None
    managed_identity_client_id: str | None
    resource_url: str

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """Check the settings. Uses neither network nor files.

        Args:
            config: The tap's settings; unknown names are ignored. Blank counts as not set.

        Raises:
            ConfigError: A setting is missing or wrong.
        """
        given = {name: value for name in config if (value := _text(config, name))}
        auth_flow = _choice(given, "auth_flow", FLOWS)
        _check_that_settings_fit(given, auth_flow)
        cloud = _choice(given, "cloud", tuple(CLOUDS))
        hosts = CLOUDS[cloud]
        login_url = _host_url("login_url", given.get("login_url", hosts.login_url))
        graph_url = _host_url("graph_url", given.get("graph_url", hosts.graph_url))
        needs_app = auth_flow != "managed_identity"
        tenant_id = _tenant(given) if needs_app else ""
        client_id = _guid(given, "client_id", "the app registration's 'Application (client) ID'") if needs_app else ""
        settings = cls(
            tenant_id=tenant_id,
            client_id=client_id,
            auth_flow=auth_flow,
            cloud=cloud,
            login_url=login_url,
            graph_url=graph_url,
            token_cache_path=_path(given, "token_cache_path") or _default_cache_path(login_url, tenant_id, client_id),
            refresh_token=given.get("refresh_token"),
            client_secret=given.get("client_secret"),
            certificate_path=_path(given, "certificate_path"),
            certificate_password=given.get("certificate_password"),
            federated_token_path=_path(given, "federated_token_path"),
            managed_identity_client_id=(
                _guid(given, "managed_identity_client_id", "the identity's client id")
                if "managed_identity_client_id" in given
                else None
            ),
            resource_url=graph_url,
        )
        settings._check_credentials()
        return settings

    @property
    def is_for_graph(self) -> bool:
        """Whether access tokens are for Graph."""
        return self.resource_url == self.graph_url

    def for_storage(self) -> Settings:
        """Return the same sign-in with access tokens for Azure Storage."""
        return replace(self, resource_url=STORAGE_URL)

    def _check_credentials(self) -> None:
        if self.client_secret and self.certificate_path:
            raise ConfigError("Both `client_secret` and `certificate_path` are set.", "Keep one of them.")
        if self.auth_flow == "client_credentials" and not (self.client_secret or self.certificate_path):
            raise ConfigError(
                "`auth_flow` is client_credentials, but the app has no credential.",
                "Set `client_secret` or `certificate_path`.",
            )
        if self.auth_flow == "workload_identity" and not self.federated_token_path:
            raise ConfigError(
                "`auth_flow` is workload_identity, but `federated_token_path` is not set.",
                "Set it to the file that holds the platform's token, e.g. the value of AZURE_FEDERATED_TOKEN_FILE.",
            )


def _check_that_settings_fit(given: Mapping[str, str], auth_flow: str) -> None:
    for name, flows in _GOES_WITH.items():
        if name in given and auth_flow not in flows:
            raise ConfigError(
                f"`{name}` is set, but `auth_flow` is {auth_flow}, which does not use it.",
                f"Set `auth_flow` to {' or '.join(flows)}, or remove `{name}`.",
            )
    if "certificate_password" in given and "certificate_path" not in given:
        raise ConfigError(
            "`certificate_password` is set, but `certificate_path` is not.", "Set both, or remove the password."
        )


def _text(config: Mapping[str, Any], name: str) -> str | None:
    """Return the trimmed text of a setting: pasted tokens often end with a line break."""
    value = config[name]
    return value.strip() if isinstance(value, str) else None


def _choice(given: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    chosen = given.get(name, known[0])
    if chosen not in known:
        raise ConfigError(f"`{name}` is '{chosen}', which is unknown.", f"Use one of: {', '.join(known)}.")
    return chosen


def _how(name: str) -> str:
    return f"Set it (TAP_ENTRA_{name.upper()} in the environment with --config=ENV, or in a file with --config) to"


def _tenant(given: Mapping[str, str]) -> str:
    tenant = given.get("tenant_id", "")
    what = "the directory's 'Tenant ID' (a GUID) or one of its domains; the Entra admin center shows both."
    action = f"{_how('tenant_id')} {what}"
    if not tenant:
        raise ConfigError("`tenant_id` is not set.", action)
    if not (_GUID.fullmatch(tenant) or _DOMAIN.fullmatch(tenant)):
        raise ConfigError(f"`tenant_id` is '{tenant}', which is neither a GUID nor a domain of one tenant.", action)
    return tenant.lower()


def _guid(given: Mapping[str, str], name: str, what: str) -> str:
    guid = given.get(name, "")
    action = f"{_how(name)} {what}, a GUID."
    if not guid:
        raise ConfigError(f"`{name}` is not set.", action)
    if not _GUID.fullmatch(guid):
        # Without the value: a secret that was pasted into the wrong setting would end up in a log.
        raise ConfigError(f"`{name}` is not a GUID.", action)
    return guid.lower()


def _host_url(name: str, value: str) -> str:
    action = "Set it to scheme and host only, e.g. https://graph.microsoft.us, or remove it and set `cloud`."
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        raise ConfigError(f"`{name}` is not an address.", action) from None
    if url.scheme != "https" or not url.hostname:
        raise ConfigError(f"`{name}` does not begin with https://, and the tap sends tokens no other way.", action)
    if url.path.strip("/") or url.query or url.fragment or url.username is not None:
        raise ConfigError(f"`{name}` holds more than a host.", action)
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    return f"https://{host}" + (f":{port}" if port not in {None, 443} else "")


def _path(given: Mapping[str, str], name: str) -> Path | None:
    return Path(given[name]).expanduser().absolute() if name in given else None


def _default_cache_path(login_url: str, tenant_id: str, client_id: str) -> Path:
    """Return the path of one file per login host, tenant and client, in the user's state folder.

    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    state = os.environ.get("XDG_STATE_HOME", "")
    # The specification says to ignore relative paths.
    folder = Path(state) if Path(state).is_absolute() else Path("~/.local/state").expanduser()
    host = urlsplit(login_url).netloc.replace(":", "_")
    return folder / "tap-entra" / f"{host}_{tenant_id}_{client_id}.json"

"""A valid access token at any time, for any number of threads."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import requests

from tap_entra.auth.app_only import AppOnly, ManagedIdentity
from tap_entra.auth.delegated import Delegated
from tap_entra.auth.errors import LoginUnreachableError
from tap_entra.auth.msal_http import MsalHttpClient, check_proxy
from tap_entra.auth.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_entra.auth.tokens import AccessToken, Clock, Flow

LOG = logging.getLogger(__name__)

_TRY_AGAIN_S = 60.0
"""Until the next try to renew a token that still works."""

_FLOWS: Mapping[str, Callable[[Settings, MsalHttpClient, Clock], Flow]] = {
    "delegated": Delegated,
    "client_credentials": AppOnly,
    "workload_identity": AppOnly,
    "managed_identity": ManagedIdentity,
}


class SignIn:
    """The sign-in of a run. It holds the access token in memory and renews it before it expires."""

    def __init__(self, settings: Settings, flow: Flow, clock: Clock = time.time) -> None:
        self._settings = settings
        self._flow = flow
        self._clock = clock
        self._lock = threading.Lock()
        self._held: AccessToken | None = None
        self._claims: str | None = None

    @classmethod
    def from_settings(
        cls,
        config: Mapping[str, Any],
        session: requests.Session | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Clock = time.time,
        for_storage: bool = False,
    ) -> SignIn:
        """Choose the flow. Sends no request and opens no file, so discovery needs neither token nor network.

        Args:
            config: The tap's settings.
            session: For the sign-in service only; a new one by default.
            sleep: Waits between tries, in seconds.
            clock: Seconds since 1970.
            for_storage: Whether its tokens are for Azure Storage, not for Graph.

        Raises:
            ConfigError: A setting is missing or wrong.
        """
        settings = Settings.from_config(config)
        settings = settings.for_storage() if for_storage else settings
        login = MsalHttpClient(session or requests.Session(), sleep)
        return cls(settings, _FLOWS[settings.auth_flow](settings, login, clock), clock)

    @property
    def graph_url(self) -> str:
        """The host of Graph, e.g. "https://graph.microsoft.com": no version, no slash at the end."""
        return self._settings.graph_url

    @property
    def login_url(self) -> str:
        """The host of the sign-in service, e.g. "https://login.microsoftonline.com"."""
        return self._settings.login_url

    @property
    def permissions(self) -> tuple[str, ...]:
        """The permissions of the current access token, e.g. "User.Read.All"; empty if unknown or without a token."""
        held = self._held
        return held.permissions if held else ()

    @property
    def is_person(self) -> bool:
        """Whether a person is signed in, and not the app itself."""
        return self._settings.auth_flow == "delegated"

    def token(self) -> str:
        """Return a valid access token. Request a new one only if there is none, or in its last five minutes.

        Raises:
            ConfigError: There is no credential or kept sign-in.
            SignInError: Microsoft refused the sign-in, or the service cannot be reached.
        """
        held = self._held
        if held is None or self._clock() >= held.renew_at:
            with self._lock:
                # Another thread may have renewed it while this one waited.
                held = self._held
                if held is None or self._clock() >= held.renew_at:
                    held = self._renew_in_time(held)
        return held.secret

    def renew(self, claims: str | None = None, rejected: str | None = None) -> str:
        """Return a new access token, after Graph has answered 401.

        Threads whose requests failed with the same token share one new token, unless their claims differ.

        Args:
            claims: The JSON text of a claims challenge (Graph sends it in base64).
            rejected: The token that Graph refused; the current one by default.

        Raises:
            SignInError: See `token`.
        """
        held = self._held
        refused = rejected or (held.secret if held else None)
        with self._lock:
            held = self._held
            if held and held.secret != refused and claims in {None, self._claims}:
                return held.secret
            return self._acquire(claims).secret

    def __repr__(self) -> str:
        return f"SignIn({self._settings!r})"

    def _renew_in_time(self, held: AccessToken | None) -> AccessToken:
        """Renew the token. If the service cannot be reached, go on with a token that still works."""
        try:
            return self._acquire(None)
        except LoginUnreachableError as error:
            if held is None or self._clock() >= held.expires_at:
                raise
            LOG.warning("%s The current access token still works; trying again in %.0f s.", error.reason, _TRY_AGAIN_S)
            self._held = replace(held, renew_at=self._clock() + _TRY_AGAIN_S)
            return self._held

    def _acquire(self, claims: str | None) -> AccessToken:
        for url in (self.login_url, self.graph_url):
            check_proxy(url)
        self._held, self._claims = self._flow.acquire(claims), claims
        return self._held

"""Sign-in as the app itself: no person, no refresh token, no file."""

from __future__ import annotations

import json
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import msal

from tap_entra.auth.errors import refusal
from tap_entra.auth.msal_client import CAPABILITIES, ask_msal, open_application, read_claims
from tap_entra.auth.tokens import AccessToken, Clock

if TYPE_CHECKING:
    from tap_entra.auth.msal_http import MsalHttpClient
    from tap_entra.auth.settings import Settings


class AppOnly:
    """The flow of an app that proves itself with a secret, a certificate or its platform's token.

    https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
    """

    def __init__(self, settings: Settings, login: MsalHttpClient, clock: Clock) -> None:
        self._settings = settings
        self._login = login
        self._clock = clock

    def acquire(self, claims: str | None) -> AccessToken:
        """Request a token with all application permissions that have consent."""
        settings, application = self._settings, self._application
        attempt = f"App {settings.client_id} could not sign in to tenant {settings.tenant_id}"
        # MSAL would answer from its memory, and the caller needs another token than that one.
        application.remove_tokens_for_client()
        now = self._clock()
        answer = ask_msal(
            attempt,
            application.acquire_token_for_client,
            [f"{settings.resource_url}/.default"],
            claims_challenge=json.dumps(wanted) if (wanted := read_claims(claims)) else None,
        )
        token = AccessToken.read(answer, now)
        if token is None:
            raise refusal(attempt, answer, secrets=(settings.client_secret,), otherwise="Check the app registration.")
        return token

    @cached_property
    def _application(self) -> Any:
        return open_application(self._settings, self._login)


class ManagedIdentity:
    """The flow of a machine in Azure, whose platform issues the tokens.

    https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
    """

    def __init__(self, settings: Settings, login: MsalHttpClient, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        client_id = settings.managed_identity_client_id
        identity = (
            msal.UserAssignedManagedIdentity(client_id=client_id) if client_id else msal.SystemAssignedManagedIdentity()
        )
        # A new client each time: an old one would answer from its memory, and the caller needs another token.
        self._open = partial(msal.ManagedIdentityClient, identity, http_client=login, client_capabilities=CAPABILITIES)

    def acquire(self, claims: str | None) -> AccessToken:
        """Ask the platform for a token. It may return the same one until shortly before that expires."""
        del claims  # MSAL has no way to pass them on
        now = self._clock()
        attempt = "The platform gave no token for its managed identity"
        answer = ask_msal(attempt, self._open().acquire_token_for_client, resource=self._settings.resource_url)
        token = AccessToken.read(answer, now)
        if token is None:
            action = "Check that this machine has a managed identity, and `managed_identity_client_id` if it is set."
            raise refusal(attempt, answer, otherwise=action)
        return token

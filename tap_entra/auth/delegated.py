"""Sign-in as a person: redeem a refresh token, and keep its successor at once."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tap_entra.auth.cache import TokenCache, may_be_kept
from tap_entra.auth.errors import CONNECT, ConfigError, LoginUnreachableError, SignInError, refusal
from tap_entra.auth.msal_client import ask_msal, open_application, with_capabilities
from tap_entra.auth.token_file import KeptSignIn, Owner, check_place, digest
from tap_entra.auth.tokens import AccessToken, account_name, permissions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_entra.auth.msal_http import MsalHttpClient
    from tap_entra.auth.settings import Settings
    from tap_entra.auth.tokens import Clock

LOG = logging.getLogger(__name__)


class Delegated:
    """The flow of a signed-in account.

    There may be two tokens. The configured one is the seed. The kept one is the newest descendant of a seed, and the
    file says of which. A configured token that is another seed is newer, so it is tried first; the kept one stays until
    the new one has worked. `connect` makes all tokens obsolete that were configured before.
    """

    def __init__(self, settings: Settings, login: MsalHttpClient, clock: Clock) -> None:
        self._settings = settings
        self._login = login
        self._clock = clock
        self._seed_refused = False

    def acquire(self, claims: str | None) -> AccessToken:
        """Redeem the newest refresh token. Other processes that do the same wait for the lock."""
        seed = self._settings.refresh_token
        if seed is None and not may_be_kept(self._settings.token_cache_path):
            raise self._nothing_to_redeem()  # before any request: there may be no network
        with suppress(OSError):
            check_place(self._settings.token_cache_path)
        cache = self._cache
        with cache.locked():
            kept = cache.load()
            if kept is None:
                return self._begin_with_seed(claims)
            if seed is None or kept.descends_from(seed) or self._seed_refused:
                return self._redeem_kept(kept, claims)
            return self._try_new_seed(seed, kept, claims)

    @cached_property
    def _application(self) -> Any:
        return open_application(self._settings, self._login)

    @cached_property
    def _cache(self) -> TokenCache:
        return open_cache(self._settings, self._application, self._login.sleep)

    def _begin_with_seed(self, claims: str | None) -> AccessToken:
        seed = self._settings.refresh_token
        if seed is None:
            raise self._nothing_to_redeem()
        LOG.warning(
            "No sign-in is kept at %s yet: starting from the configured refresh_token. If this comes in every run, the "
            "file does not outlive the run, and the sign-in ends 90 days after the token was issued.",
            self._settings.token_cache_path,
        )
        return self._redeem(seed, claims)

    def _redeem_kept(self, kept: KeptSignIn, claims: str | None) -> AccessToken:
        try:
            return self._redeem(kept.refresh_token, claims, kept)
        except LoginUnreachableError:
            raise
        except SignInError as refused:
            # For `status`, which works offline.
            code = refused.codes[0] if refused.codes else 0
            if code != kept.refused_code and self._settings.is_for_graph:
                self._cache.keep(replace(kept, refused_code=code))
            raise

    def _try_new_seed(self, seed: str, kept: KeptSignIn, claims: str | None) -> AccessToken:
        LOG.info("The configured refresh_token is new: redeeming it instead of the kept one.")
        try:
            return self._redeem(seed, claims)
        except LoginUnreachableError:
            raise
        except SignInError as refused:
            LOG.warning("Using the sign-in kept from earlier runs, because the configured one fails. %s", refused)
            self._seed_refused = True
            try:
                return self._redeem_kept(kept, claims)
            except LoginUnreachableError:
                raise
            except SignInError:
                # The configured token is newer, so its problem is the one to solve.
                raise refused from None

    def _redeem(self, refresh_token: str, claims: str | None, kept: KeptSignIn | None = None) -> AccessToken:
        """Redeem a kept token, or a seed."""
        settings = self._settings
        attempt = f"The refresh token could not be redeemed in tenant {settings.tenant_id}"
        now = self._clock()
        answer = ask_msal(
            attempt,
            self._application.acquire_token_by_refresh_token,
            refresh_token,
            # .default: with named scopes, one missing consent would fail all streams.
            scopes=[f"{settings.resource_url}/.default"],
            # MSAL declares its capabilities here only for tokens in its own cache.
            data={"claims": with_capabilities(claims)},
        )
        token = AccessToken.read(answer, now)
        if token is None:
            raise refusal(attempt, answer, secrets=(refresh_token, settings.client_secret))
        before = kept or KeptSignIn(refresh_token, digest(refresh_token), "")
        after = successor(answer, now, before)
        # What the account may read is about Graph.
        self._cache.keep(after if settings.is_for_graph else replace(after, scopes=before.scopes))
        LOG.debug("Redeemed a refresh token; the access token lives %.0f s.", token.expires_at - now)
        return token

    def _nothing_to_redeem(self) -> ConfigError:
        path = self._settings.token_cache_path
        if self._settings.client_secret or self._settings.certificate_path:
            return ConfigError(
                f"The app has a credential, but no person is signed in: `refresh_token` is not set, and nothing is "
                f"kept at {path}.",
                "To read as the app itself, set `auth_flow` to client_credentials. To read as a person, set "
                "`refresh_token`.",
            )
        return ConfigError(
            f"Not signed in: `refresh_token` is not set, and nothing is kept at {path}.",
            f"{CONNECT}, or set `refresh_token`. If a sign-in is kept elsewhere, set `token_cache_path` to its file.",
        )


def open_cache(settings: Settings, application: Any, sleep: Callable[[float], None] = time.sleep) -> TokenCache:
    """Return the token cache for these settings. Its owner is the tenant's GUID, also if the setting is a domain."""
    tenant = str(application.authority.tenant).lower()
    return TokenCache(settings.token_cache_path, Owner(settings.login_url, tenant, settings.client_id), sleep)


def successor(answer: Mapping[str, Any], now: float, kept: KeptSignIn) -> KeptSignIn:
    """Return the sign-in to keep after a redemption: the new token, or the old one if Microsoft returned none.

    Args:
        answer: The JSON body of the token endpoint.
        now: Time of the request, in seconds since 1970.
        kept: The sign-in before the redemption.
    """
    life_s = answer.get("refresh_token_expires_in")
    return replace(
        kept,
        refresh_token=answer.get("refresh_token") or kept.refresh_token,
        redeemed_at=_instant(now),
        account=account_name(answer) or kept.account,
        scopes=" ".join(permissions_of(answer)) or kept.scopes,
        dies_at=_instant(now + float(life_s)) if life_s else "",
        refused_code=0,
    )


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")

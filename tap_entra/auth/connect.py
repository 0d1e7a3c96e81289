"""Sign a person in: in a browser on this machine, or with a code typed on another one."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msal
import requests

from tap_entra.auth.consent import scopes_to_ask
from tap_entra.auth.delegated import open_cache, successor
from tap_entra.auth.errors import ConfigError, SignInError, refusal
from tap_entra.auth.msal_client import ask_msal, open_application
from tap_entra.auth.msal_http import MsalHttpClient, check_proxy
from tap_entra.auth.token_file import KeptSignIn, digest
from tap_entra.auth.tokens import account_name, is_guest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tap_entra.auth.cache import TokenCache
    from tap_entra.auth.settings import Settings

    Say = Callable[[str], None]
    Ask = Callable[[Any], Mapping[str, Any]]

_ATTEMPT = "The sign-in did not succeed"


@dataclass(frozen=True)
class Connection:
    """A sign-in that has just succeeded.

    Attributes:
        account: The user name, e.g. "mia@contoso.com".
        tenant_id: The directory's GUID.
        is_guest: Whether the account lives in another tenant.
    """

    account: str
    tenant_id: str
    is_guest: bool


@dataclass(frozen=True)
class DeviceCode:
    """What a person needs to sign in on another machine.

    Attributes:
        page: Address to open there.
        code: The code to type.
        message: Both in a sentence, as Microsoft words it.
        expires_in_s: Seconds until the code expires.
    """

    page: str
    code: str
    message: str
    expires_in_s: float


def connect_in_browser(settings: Settings, permissions: Iterable[str], say: Say, timeout_s: float) -> Connection:
    """Let a person sign in on this machine, and keep the sign-in. Open the default browser.

    The flow is authorization code with PKCE. The browser brings the code to a port on this machine.

    Args:
        permissions: What to ask for: short names, e.g. "User.Read.All".
        say: Shows the person a line, e.g. the page's address if no browser opens.
        timeout_s: Seconds to wait for the person.

    Raises:
        SignInError: The person did not sign in, or the sign-in cannot be kept.

    Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
    """

    def ask(application: Any) -> Mapping[str, Any]:
        say("Sign in on the page that opens in your browser. Ctrl-C stops waiting.")
        answer: Mapping[str, Any] = application.acquire_token_interactive(
            scopes_to_ask(settings, permissions),
            # Without it, a browser that is already signed in chooses the account.
            prompt=msal.Prompt.SELECT_ACCOUNT,
            timeout=timeout_s,
            auth_uri_callback=lambda url: say(f"No browser could be opened. Open this page on this machine:\n{url}"),
            success_template="Signed in. You can close this page and go back to where you started.",
        )
        return answer

    return _connect(settings, ask, timeout_s)


def connect_by_device_code(
    settings: Settings, permissions: Iterable[str], show: Callable[[DeviceCode], None], timeout_s: float
) -> Connection:
    """Let a person sign in on any machine by typing a code, and keep the sign-in.

    Args:
        permissions: What to ask for: short names, e.g. "User.Read.All".
        show: Shows the person the page and the code.
        timeout_s: Seconds to wait; the code expires after about 15 minutes anyway.

    Raises:
        SignInError: The person did not sign in, or the sign-in cannot be kept.

    Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
    """

    def ask(application: Any) -> Mapping[str, Any]:
        flow = application.initiate_device_flow(scopes_to_ask(settings, permissions))
        if "user_code" not in flow:
            return dict(flow)
        flow["expires_at"] = min(flow["expires_at"], time.time() + timeout_s)
        show(DeviceCode(flow["verification_uri"], flow["user_code"], flow["message"], flow["expires_at"] - time.time()))
        answer: Mapping[str, Any] = application.acquire_token_by_device_flow(flow)
        if answer.get("error") in {"authorization_pending", "slow_down"}:
            raise SignInError("The sign-in with the code was not finished in time.", "Connect again.")
        return answer

    return _connect(settings, ask, timeout_s)


def _connect(settings: Settings, ask: Ask, timeout_s: float) -> Connection:
    check_that_a_person_can(settings)
    check_proxy(settings.login_url)
    with requests.Session() as session:
        application = open_application(settings, MsalHttpClient(session, time.sleep))
        cache = open_cache(settings, application)
        with cache.locked():
            cache.load()  # a wrong or unreadable file fails here, before the person signs in
        now = time.time()
        with _codes_unlogged():
            try:
                answer = ask_msal(_ATTEMPT, ask, application)
            except msal.BrowserInteractionTimeoutError:
                raise _page_not_finished(timeout_s) from None
    if not answer.get("refresh_token"):
        raise refusal(_ATTEMPT, answer)
    _keep(settings, cache, answer, now)
    return Connection(
        account=account_name(answer),
        tenant_id=str(application.authority.tenant).lower(),
        is_guest=is_guest(answer),
    )


def check_that_a_person_can(settings: Settings) -> None:
    """Check that these settings let a person sign in.

    Raises:
        ConfigError: The app signs in as itself, or has a credential.
    """
    if settings.auth_flow != "delegated":
        raise ConfigError(
            f"`auth_flow` is {settings.auth_flow}: the app signs in as itself, so there is no person to sign in.",
            "`tap-entra-auth check` shows what the app may read; `connect --admin-consent` changes that.",
        )
    if settings.client_secret or settings.certificate_path:
        raise ConfigError(
            "`client_secret` or `certificate_path` is set, and an app with a credential cannot sign a person in here.",
            "Remove them to sign in as a person, or set `auth_flow` to client_credentials to read as the app.",
        )


def _page_not_finished(timeout_s: float) -> SignInError:
    return SignInError(
        f"The sign-in page was not finished within {timeout_s:.0f} s: it was closed, or it showed an error.",
        "Connect again and finish the page. If it showed AADSTS50011, add http://localhost under 'Mobile and desktop "
        "applications' (App registrations, Authentication). Without a browser on this machine, use --device-code.",
    )


def _keep(settings: Settings, cache: TokenCache, answer: Mapping[str, Any], now: float) -> None:
    """Keep the sign-in. It takes precedence over every token that was configured before."""
    token = answer["refresh_token"]
    with cache.locked():
        before = cache.load()
        older = {before.seed_sha256, *before.older_seeds} if before else set()
        if settings.refresh_token:
            older.add(digest(settings.refresh_token))
        cache.keep(successor(answer, now, KeptSignIn(token, digest(token), "", older_seeds=tuple(sorted(older)))))
    if not cache.is_lasting:
        raise SignInError(
            f"The sign-in succeeded, but it cannot be kept at {cache.path}.",
            "Set `token_cache_path` to a file in a folder that the tap can write to, and connect again.",
        )


@contextmanager
def _codes_unlogged() -> Iterator[None]:
    """Raise MSAL's log level: at DEBUG it logs the authorization code and its PKCE verifier."""
    logger = logging.getLogger("msal")
    before = logger.level
    logger.setLevel(max(logger.getEffectiveLevel(), logging.INFO))
    try:
        yield
    finally:
        logger.setLevel(before)

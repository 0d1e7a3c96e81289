"""Access tokens: lifetime, permissions and claims; and the protocol of a flow that gets one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

RENEW_EARLY_S = 300.0
"""A token is not used in its last five minutes, so that it does not expire on its way. MSAL does the same."""

_UNSTATED_LIFE_S = 600.0

_ABOUT_SIGNING_IN = frozenset({"openid", "profile", "email", "offline_access", ".default"})


@dataclass(frozen=True)
class AccessToken:
    """A bearer token; both times in seconds since 1970.

    Attributes:
        permissions: Short names, e.g. "User.Read.All"; empty if Microsoft named none.
    """

    secret: str = field(repr=False)
    renew_at: float
    expires_at: float
    permissions: tuple[str, ...] = ()

    @classmethod
    def read(cls, answer: Mapping[str, Any] | None, now: float) -> AccessToken | None:
        """Return the token of MSAL's answer to a request at `now`; None for a refusal, which MSAL returns as well."""
        answer = answer or {}
        secret = answer.get("access_token")
        if not isinstance(secret, str) or not secret:
            return None
        life_s = float(answer.get("expires_in") or _UNSTATED_LIFE_S)
        # A token with a lifetime of minutes is used for half of it.
        renew_at = now + life_s - min(RENEW_EARLY_S, life_s / 2)
        return cls(secret, renew_at=renew_at, expires_at=now + life_s, permissions=permissions_of(answer))


def permissions_of(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the permissions of a token. For a person the answer names them; for an app only the token does.

    Scopes of the sign-in itself, such as "openid", are left out.
    """
    scopes = answer.get("scope")
    names = scopes.split() if isinstance(scopes, str) else peek(answer.get("access_token")).get("roles")
    if not isinstance(names, list):
        return ()
    # Graph's scopes come with or without its host before them.
    short = {str(name).rpartition("/")[2] for name in names}
    return tuple(sorted(short - _ABOUT_SIGNING_IN))


class Flow(Protocol):
    """A way to sign in. One thread at a time calls it."""

    def acquire(self, claims: str | None) -> AccessToken:
        """Get a new access token from the sign-in service, never one from memory.

        Args:
            claims: The JSON text of a claims challenge that the token has to satisfy.

        Raises:
            SignInError: The service gave none.
        """


Clock = Callable[[], float]
"""Seconds since 1970."""


def peek(token: Any) -> dict[str, Any]:
    """Return the claims of a JWT, not verified; empty for anything else, as Microsoft may encrypt tokens one day."""
    parts = token.split(".") if isinstance(token, str) else []
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def account_name(answer: Mapping[str, Any]) -> str:
    """Return the user name, e.g. "mia@contoso.com", from the answer of a token endpoint; empty if it has none."""
    for claims in _all_claims(answer):
        for name in ("preferred_username", "upn", "unique_name"):
            if isinstance(claims.get(name), str) and claims[name]:
                return str(claims[name])
    return ""


def is_guest(answer: Mapping[str, Any]) -> bool:
    """Return whether the account belongs to another tenant and is a guest in this one.

    https://learn.microsoft.com/entra/identity-platform/optional-claims-reference (acct, idp)
    """
    return any(
        claims.get("acct") in {1, "1"}
        or "#EXT#" in f"{claims.get('upn', '')}{claims.get('preferred_username', '')}"
        or _is_foreign(claims)
        for claims in _all_claims(answer)
    )


def _is_foreign(claims: Mapping[str, Any]) -> bool:
    """Return whether another identity provider than the tenant authenticated the user: such tokens name it."""
    provider, tenant = claims.get("idp"), claims.get("tid")
    return bool(provider and tenant) and str(tenant).lower() not in str(provider).lower()


def _all_claims(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    spelled_out = answer.get("id_token_claims")
    return [spelled_out if isinstance(spelled_out, dict) else {}, peek(answer.get("access_token"))]

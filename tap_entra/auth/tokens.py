"""Access tokens: how long they last, what they permit, and whom they name; and what can get one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

RENEW_EARLY_S = 300.0
"""A token is not used in its last five minutes, so that none expires on its way; as MSAL does."""

_UNSTATED_LIFE_S = 600.0

_ABOUT_SIGNING_IN = frozenset({"openid", "profile", "email", "offline_access", ".default"})


@dataclass(frozen=True)
class AccessToken:
    """A bearer token; both times in seconds since 1970.

    Attributes:
        permissions: Short names of what it may do, e.g. "User.Read.All"; empty if Microsoft did not say.
    """

    secret: str = field(repr=False)
    renew_at: float
    expires_at: float
    permissions: tuple[str, ...] = ()

    @classmethod
    def read(cls, answer: Mapping[str, Any] | None, now: float) -> AccessToken | None:
        """Read what MSAL returned, asked at `now`. None if there is no token in it: MSAL does not raise refusals."""
        answer = answer or {}
        secret = answer.get("access_token")
        if not isinstance(secret, str) or not secret:
            return None
        life_s = float(answer.get("expires_in") or _UNSTATED_LIFE_S)
        # A token that lives for minutes only is used for half of them.
        renew_at = now + life_s - min(RENEW_EARLY_S, life_s / 2)
        return cls(secret, renew_at=renew_at, expires_at=now + life_s, permissions=permissions_of(answer))


def permissions_of(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """What a token may do: of a person's the answer says it, of an app's own only the token itself.

    Left out is what concerns signing in alone, such as "openid".
    """
    scopes = answer.get("scope")
    names = scopes.split() if isinstance(scopes, str) else peek(answer.get("access_token")).get("roles")
    if not isinstance(names, list):
        return ()
    # Graph's scopes come with or without its address before them.
    short = {str(name).rpartition("/")[2] for name in names}
    return tuple(sorted(short - _ABOUT_SIGNING_IN))


class Flow(Protocol):
    """A way to sign in. Asked by one thread at a time."""

    def acquire(self, claims: str | None) -> AccessToken:
        """Get a new access token from the sign-in service, whatever is in memory.

        Args:
            claims: The JSON text of a claims challenge that the token has to satisfy.

        Raises:
            SignInError: There is none to be had.
        """


Clock = Callable[[], float]
"""Seconds since 1970."""


def peek(token: Any) -> dict[str, Any]:
    """The claims of a JWT, not verified; none if it is anything else, for Microsoft may encrypt it one day."""
    parts = token.split(".") if isinstance(token, str) else []
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def account_name(answer: Mapping[str, Any]) -> str:
    """Who signed in, e.g. "mia@contoso.com", from the answer of a token endpoint; empty if it does not say."""
    for claims in _all_claims(answer):
        for name in ("preferred_username", "upn", "unique_name"):
            if isinstance(claims.get(name), str) and claims[name]:
                return str(claims[name])
    return ""


def is_guest(answer: Mapping[str, Any]) -> bool:
    """Whether the account lives in another tenant and is only a guest in this one.

    https://learn.microsoft.com/entra/identity-platform/optional-claims-reference (acct, idp)
    """
    return any(
        claims.get("acct") in {1, "1"}
        or "#EXT#" in f"{claims.get('upn', '')}{claims.get('preferred_username', '')}"
        or _is_foreign(claims)
        for claims in _all_claims(answer)
    )


def _is_foreign(claims: Mapping[str, Any]) -> bool:
    """Whether somebody else than the tenant itself has checked who it is: such tokens name them."""
    provider, tenant = claims.get("idp"), claims.get("tid")
    return bool(provider and tenant) and str(tenant).lower() not in str(provider).lower()


def _all_claims(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    spelled_out = answer.get("id_token_claims")
    return [spelled_out if isinstance(spelled_out, dict) else {}, peek(answer.get("access_token"))]

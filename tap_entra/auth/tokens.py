"""An access token, and what can get one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

RENEW_EARLY_S = 300.0
"""A token is not used in its last five minutes, so that none expires on its way; as MSAL does."""

_UNSTATED_LIFE_S = 600.0


@dataclass(frozen=True)
class AccessToken:
    """A bearer token; both times in seconds since 1970."""

    secret: str = field(repr=False)
    renew_at: float
    expires_at: float

    @classmethod
    def read(cls, answer: Mapping[str, Any] | None, now: float) -> AccessToken | None:
        """Read what MSAL returned, asked at `now`. None if there is no token in it: MSAL does not raise refusals."""
        answer = answer or {}
        secret = answer.get("access_token")
        if not isinstance(secret, str) or not secret:
            return None
        life_s = float(answer.get("expires_in") or _UNSTATED_LIFE_S)
        # A token that lives for minutes only is used for half of them.
        return cls(secret, renew_at=now + life_s - min(RENEW_EARLY_S, life_s / 2), expires_at=now + life_s)


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

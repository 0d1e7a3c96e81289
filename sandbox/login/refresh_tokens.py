"""Refresh tokens: each redemption gives a new one, the old one stays valid unless rotation is strict.

https://learn.microsoft.com/entra/identity-platform/refresh-tokens
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.login.refusals import SignInRefusal

if TYPE_CHECKING:
    from sandbox.tenant.state import TenantState

LIFE = timedelta(days=90)
LIFE_IN_A_PAGE = timedelta(hours=24)
PREFIX = "1.AX0A"  # real ones begin much like this


@dataclass
class Issued:
    """What is known of a refresh token.

    Attributes:
        ends: When it expires unused. The successors of a single-page app's token inherit it.
        fixed: Whether it is a single-page app's.
    """

    client_id: str
    user_id: str
    at: datetime
    ends: datetime
    fixed: bool = False
    redeemed: bool = False
    refusal: int | None = None


class RefreshTokens:
    """All refresh tokens that were issued. Lifetimes count on the tenant's clock.

    Attributes:
        strict: Whether a token can be redeemed once only.
        single_page: Whether new sign-ins are those of a single-page app: good for 24 hours, whatever happens.
    """

    def __init__(self, tenant: TenantState) -> None:
        self.strict = False
        self.single_page = False
        self._tenant = tenant
        self._issued: dict[str, Issued] = {}
        self._lock = threading.Lock()

    def issue(self, client_id: str, user_id: str, before: Issued | None = None) -> str:
        """A new token, in succession of another or of a sign-in."""
        now = self._tenant.now()
        fixed = before.fixed if before else self.single_page
        ends = before.ends if before and fixed else now + (LIFE_IN_A_PAGE if fixed else LIFE)
        token = PREFIX + secrets.token_urlsafe(600)
        self._issued[token] = Issued(client_id, user_id, now, ends, fixed)
        return token

    def redeem(self, token: str, client_id: str) -> Issued:
        """What is known of a token that is good.

        Raises:
            SignInRefusal: It is malformed, another client's, expired, revoked or (strict) used.
        """
        with self._lock:
            issued = self._issued.get(token)
            if issued is None:
                raise SignInRefusal(70000 if token.startswith(PREFIX) else 9002313)
            if issued.client_id != client_id:
                raise SignInRefusal(70000)
            if issued.refusal is not None:
                raise SignInRefusal(issued.refusal)
            if self._tenant.now() > issued.ends:
                at = issued.at.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
                raise SignInRefusal(700084 if issued.fixed else 700082, issued=at)
            if self.strict and issued.redeemed:
                raise SignInRefusal(50173)
            issued.redeemed = True
            return issued

    def fixed_life_s(self, token: str) -> int | None:
        """How long a single-page app's token still lives; None for others, of which Microsoft does not say."""
        issued = self._issued[token]
        return int((issued.ends - self._tenant.now()).total_seconds()) if issued.fixed else None

    def revoke_all(self, code: int = 50173) -> None:
        """No token issued so far is accepted any more; redeeming one is refused with `code`."""
        with self._lock:
            for issued in self._issued.values():
                issued.refusal = code

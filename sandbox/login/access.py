"""Access tokens: issued by the sign-in service, checked by Graph. Clients must treat them as opaque."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.tokens import Seal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.tenant.state import TenantState


@dataclass(frozen=True)
class AccessToken:
    """The content of a valid token.

    Attributes:
        scopes: Short names, e.g. "User.Read.All".
        user_id: Object id of the signed-in user, or of the app itself.
        is_app: Whether no person is signed in: then directory roles do not matter.
    """

    scopes: frozenset[str]
    user_id: str
    is_app: bool = False


class AccessTokens:
    """Issues and verifies. Lifetimes count on the tenant's clock, so that they end when days pass."""

    def __init__(self, tenant: TenantState) -> None:
        self.lifetime_s = 3_599
        self._tenant = tenant
        # Tokens of an earlier run are not accepted: their consent may have been another.
        self._seal = Seal("access tokens", tenant.id, secrets.token_hex())
        self._revoked_before = 0.0

    def issue(  # noqa: PLR0913 - what a token says
        self,
        *,
        audience: str,
        scopes: Iterable[str],
        user_id: str,
        client_id: str,
        is_app: bool = False,
        takes_challenges: bool = False,
        more: Mapping[str, str] | None = None,
    ) -> str:
        """A new token, JWT-shaped like Microsoft's.

        Args:
            takes_challenges: The client declared the capability "CP1".
            more: Further claims, e.g. of a guest.
        """
        now = self._tenant.now().timestamp()
        claims = {
            "aud": audience,
            "iat": now,
            "exp": now + self.lifetime_s,
            "appid": client_id,
            "oid": user_id,
            "idtyp": "app" if is_app else "user",
            **({"roles": sorted(scopes)} if is_app else {"scp": " ".join(sorted(scopes))}),
            **({"xms_cc": ["CP1"]} if takes_challenges else {}),
            "tid": self._tenant.id,
            "jti": secrets.token_hex(8),
            **(more or {}),
        }
        return jwt(claims, self._seal.close(claims))

    def verify(self, token: str, *, audience: str) -> AccessToken | None:
        """What the token grants; None if it is foreign, of another audience, expired or revoked."""
        claims = self._unexpired(token, audience)
        if claims is None or claims["iat"] < self._revoked_before:
            return None
        scopes = claims.get("roles") or claims.get("scp", "").split()
        return AccessToken(frozenset(scopes), claims["oid"], claims["idtyp"] == "app")

    def challenge(self, token: str, *, audience: str) -> str | None:
        """The claims to ask for in place of a revoked token, as JSON; None if its client could not answer.

        https://learn.microsoft.com/entra/identity-platform/claims-challenge
        """
        claims = self._unexpired(token, audience)
        if claims is None or claims["iat"] >= self._revoked_before or "xms_cc" not in claims:
            return None
        wanted = {"access_token": {"nbf": {"essential": True, "value": str(int(self._revoked_before))}}}
        return msgspec.json.encode(wanted).decode()

    def revoke_all(self, *, for_s: float = 0.0) -> None:
        """No token issued so far is accepted any more, nor any issued in the next `for_s` seconds."""
        self._revoked_before = self._tenant.now().timestamp() + for_s

    def _unexpired(self, token: str, audience: str) -> dict[str, Any] | None:
        claims: dict[str, Any] | None = self._seal.open(token.rpartition(".")[2])
        if claims is None or claims["aud"] != audience:
            return None
        return claims if claims["iat"] <= self._tenant.now().timestamp() < claims["exp"] else None


def jwt(claims: Mapping[str, Any], signature: str) -> str:
    """Three dotted parts, the second readable: what MSAL expects of an id token, and what access tokens look like."""
    parts = (msgspec.json.encode(part) for part in ({"typ": "JWT", "alg": "RS256", "kid": "sandbox"}, claims))
    head, body = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    return f"{head}.{body}.{signature}"

"""What a token says about its holder. Only for words to a person: tokens are Microsoft's own business.

https://learn.microsoft.com/entra/identity-platform/access-tokens#token-ownership
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


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

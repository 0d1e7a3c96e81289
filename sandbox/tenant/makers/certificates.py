"""Certificates of apps, as `keyCredentials` describe them: https://learn.microsoft.com/graph/api/resources/keycredential."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject

_YEAR = timedelta(days=365)


def signing_certificate(owner_id: str, name: str, created: datetime) -> list[JsonObject]:
    """A SAML signing certificate: one key to sign and one to verify, with the same thumbprint and the same end."""
    throw = Draw(b"signing certificate " + owner_id.encode(), 0)
    starts = created + 3 * _YEAR * throw.below(2)
    return [
        _key(throw, name, key_id, usage, (starts, 3 * _YEAR))
        for usage, key_id in (("Sign", throw.id), ("Verify", throw.other_id))
    ]


def client_certificate(owner_id: str, created: datetime) -> list[JsonObject]:
    """A certificate with which an app proves itself; one app in three has one."""
    throw = Draw(b"client certificate " + owner_id.encode(), 0)
    if throw.below(3):
        return []
    starts = created + _YEAR * throw.below(5)
    return [_key(throw, "CN=deployment", throw.id, "Verify", (starts, 2 * _YEAR))]


def _key(throw: Draw, name: str, key_id: str, usage: str, term: tuple[datetime, timedelta]) -> JsonObject:
    starts, life = term
    thumbprint = throw.id.replace("-", "").upper()[:40]
    return {
        "customKeyIdentifier": base64.b64encode(thumbprint.encode()).decode(),
        "displayName": name,
        "endDateTime": zulu(starts + life),
        "key": None,
        "keyId": key_id,
        "startDateTime": zulu(starts),
        "type": "X509CertAndPassword" if usage == "Sign" else "AsymmetricX509Cert",
        "usage": usage,
    }


def with_bytes(key: JsonObject) -> JsonObject:
    """A key as Graph returns it to a client that names `keyCredentials`: with the certificate itself."""
    return {**key, "key": base64.b64encode(f"certificate {key['keyId']} ".encode() * 20).decode()}

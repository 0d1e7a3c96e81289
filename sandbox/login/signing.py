"""The key that id tokens of web apps are signed with, and the document in which clients find its public half.

https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_ID = "sandbox-signing-key"


class SigningKey:
    """An RSA key of this sandbox alone."""

    def __init__(self) -> None:
        self._key: rsa.RSAPrivateKey | None = None

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return the claims as a JWT, signed with RS256."""
        head = {"typ": "JWT", "alg": "RS256", "kid": KEY_ID}
        signed = ".".join(_encoded(msgspec.json.encode(part)) for part in (head, claims))
        signature = self._private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encoded(signature)}"

    def document(self) -> dict[str, Any]:
        """Return the public keys as JWKS."""
        numbers = self._private.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID}
        return {"keys": [{**key, "n": _number(numbers.n), "e": _number(numbers.e)}]}

    @property
    def _private(self) -> rsa.RSAPrivateKey:
        # Made when first needed: it takes a tenth of a second, and few sandboxes have a web app.
        if self._key is None:
            self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._key


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))

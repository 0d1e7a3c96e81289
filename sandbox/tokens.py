"""Signed tokens that only their issuer can read: opaque to clients, readable after a restart."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import msgspec

SIGNATURE_BYTES = 16


class Seal:
    """Writes and reads signed text tokens. Two seals made from the same words read each other's tokens."""

    def __init__(self, *words: str) -> None:
        self._key = hashlib.sha256("\n".join(words).encode()).digest()

    def close(self, content: Any) -> str:
        """A token that holds `content` (anything JSON), safe in URLs."""
        payload = msgspec.json.encode(content)
        return base64.urlsafe_b64encode(self._sign(payload) + payload).rstrip(b"=").decode()

    def open(self, token: str) -> Any:
        """What `close` was given, or None if this seal did not write the token."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        signature, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(payload)):
            return None
        return msgspec.json.decode(payload)

    def _sign(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, "sha256")[:SIGNATURE_BYTES]

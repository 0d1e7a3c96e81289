"""What a platform such as GitHub Actions or Kubernetes gives its workloads: tokens that it has signed."""

from __future__ import annotations

import base64
import json
import time

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from sandbox.login.registration import EXCHANGE, FederatedCredential


class Platform:
    """An issuer with a throwaway key."""

    def __init__(self, issuer: str = "https://platform.example") -> None:
        self.issuer = issuer
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def trusted_for(self, subject: str) -> FederatedCredential:
        """What an administrator registers so that the subject's tokens count as the app's proof."""
        return FederatedCredential(self.issuer, subject, self._key.public_key())

    def token(self, subject: str, *, audience: str = EXCHANGE, life_s: int = 600) -> str:
        """A token for a workload."""
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": subject, "aud": audience, "iat": now, "nbf": now, "exp": now + life_s}
        parts = ({"typ": "JWT", "alg": "RS256", "kid": "platform-1"}, claims)
        signed = ".".join(_encode(json.dumps(part).encode()) for part in parts)
        return f"{signed}.{_encode(self._key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def _encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()

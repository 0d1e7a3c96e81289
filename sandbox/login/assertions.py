"""Client assertions: signed statements with which an app proves itself, in place of a secret.

https://learn.microsoft.com/entra/identity-platform/certificate-credentials
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from sandbox.login.refusals import SignInRefusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.login.registration import Registration

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CLOCK_SKEW_S = 300


def check_assertion(app: Registration, form: Mapping[str, str], audiences: set[str]) -> None:
    """Refuse unless the assertion is signed by a registered certificate, or by an issuer the app trusts.

    Args:
        audiences: What a certificate's assertion may be made out to: the token endpoint.

    Raises:
        SignInRefusal: It is not.
    """
    if form.get("client_assertion_type") != BEARER:
        raise SignInRefusal(50027)
    head, claims, signed, signature = _read(form["client_assertion"])
    # The platform's clock, not the tenant's: days do not pass for certificates and the tokens of other issuers.
    if not claims.get("nbf", 0) - CLOCK_SKEW_S <= time.time() < claims.get("exp", 0):
        raise SignInRefusal(700024)
    if "x5t" in head or "x5t#S256" in head:
        _verify(_certificate_key(app, head), head, signed, signature)
        if claims.get("aud") not in audiences:
            raise SignInRefusal(700023)
        if not claims.get("iss") == claims.get("sub") == app.client_id:
            raise SignInRefusal(700027)
    else:
        _verify(_issuer_key(app, claims), head, signed, signature)


def _read(assertion: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, claims, the signed bytes and the signature."""
    signed, _, signature = assertion.rpartition(".")
    try:
        head, claims = (json.loads(_decode(part)) for part in signed.split("."))
        return head, claims, signed.encode(), _decode(signature)
    except (ValueError, binascii.Error):
        raise SignInRefusal(50027) from None


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _certificate_key(app: Registration, head: Mapping[str, str]) -> RSAPublicKey:
    for certificate in app.certificates:
        prints = {"x5t": certificate.fingerprint(SHA1()), "x5t#S256": certificate.fingerprint(SHA256())}  # noqa: S303 - x5t is SHA-1 by its definition
        key = certificate.public_key()
        if isinstance(key, RSAPublicKey) and all(
            _decode(head[name]) == prints[name] for name in prints if name in head
        ):
            return key
    raise SignInRefusal(700027)


def _issuer_key(app: Registration, claims: Mapping[str, Any]) -> RSAPublicKey:
    candidates = app.federated
    for name, code in (("issuer", 700211), ("audience", 700212), ("subject", 700213)):
        said = str(claims.get({"issuer": "iss", "audience": "aud", "subject": "sub"}[name], ""))
        candidates = [credential for credential in candidates if getattr(credential, name) == said]
        if not candidates:
            raise SignInRefusal(code, **{name: said})
    return candidates[0].key


def _verify(key: RSAPublicKey, head: Mapping[str, str], signed: bytes, signature: bytes) -> None:
    paddings: dict[str, padding.AsymmetricPadding] = {
        "RS256": padding.PKCS1v15(),
        "PS256": padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH),
    }
    scheme = paddings.get(head.get("alg", ""))
    if scheme is None:
        raise SignInRefusal(50027)
    try:
        key.verify(signature, signed, scheme, SHA256())
    except InvalidSignature:
        raise SignInRefusal(700027) from None

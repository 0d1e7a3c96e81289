"""Signing in as the app itself: with a secret, a certificate, the platform's token, or the machine's own identity."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import jwt
import pytest
import requests_mock
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from tap_entra.auth import ConfigError, SignInError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.auth.conftest import SignInFactory

CHALLENGE = '{"access_token": {"nbf": {"value": "1800000000"}}}'
PASSWORD = "hush"


class TokenEndpoint:
    """Answers every token request with another token; the sandbox has no app-only sign-in."""

    def __init__(self, mocker: requests_mock.Mocker) -> None:
        self._mocker = mocker
        mocker.post(requests_mock.ANY, json=self._answer)

    @property
    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(request.text)) for request in self._mocker.request_history if request.method == "POST"]

    def _answer(self, *_: Any) -> dict[str, Any]:
        return {"access_token": f"token {len(self.forms)}", "expires_in": 3600, "token_type": "Bearer"}


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    with requests_mock.Mocker(real_http=True) as mocker:
        yield TokenEndpoint(mocker)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tap-entra")])
    now = dt.datetime.now(dt.timezone.utc)
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )


@pytest.fixture(params=["pem", "locked pem", "pfx"])
def certificate_settings(
    request: pytest.FixtureRequest, tmp_path: Path, key: rsa.RSAPrivateKey, certificate: x509.Certificate
) -> dict[str, str]:
    lock = serialization.BestAvailableEncryption(PASSWORD.encode())
    if request.param == "pfx":
        path = tmp_path / "app.pfx"
        path.write_bytes(pkcs12.serialize_key_and_certificates(None, key, certificate, None, lock))
        return {"certificate_path": str(path), "certificate_password": PASSWORD}
    is_locked = request.param == "locked pem"
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        lock if is_locked else serialization.NoEncryption(),
    )
    path = tmp_path / "app.pem"
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    return {"certificate_path": str(path), **({"certificate_password": PASSWORD} if is_locked else {})}


def test_a_secret_signs_the_app_in_for_all_it_was_granted(
    sign_in: SignInFactory, endpoint: TokenEndpoint, settings: dict[str, Any]
) -> None:
    run = sign_in(auth_flow="client_credentials", client_secret=PASSWORD)

    assert run.token() == run.token() == "token 1"

    (form,) = endpoint.forms
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == f"{settings['graph_url']}/.default"
    assert form["client_secret"] == PASSWORD
    assert json.loads(form["claims"]) == {"access_token": {"xms_cc": {"values": ["CP1"]}}}


def test_nothing_is_kept_of_an_app(sign_in: SignInFactory, endpoint: TokenEndpoint, cache_path: Path) -> None:
    sign_in(auth_flow="client_credentials", client_secret=PASSWORD).token()

    assert endpoint.forms
    assert not cache_path.parent.exists()


def test_renewing_asks_the_service_and_not_msals_memory(sign_in: SignInFactory, endpoint: TokenEndpoint) -> None:
    run = sign_in(auth_flow="client_credentials", client_secret=PASSWORD)

    assert [run.token(), run.renew(), run.renew(CHALLENGE), run.renew("not json")] == [
        f"token {n}" for n in (1, 2, 3, 4)
    ]
    assert "nbf" in endpoint.forms[2]["claims"]
    assert "CP1" in endpoint.forms[2]["claims"]


def test_a_certificate_signs_the_app_in(
    sign_in: SignInFactory,
    endpoint: TokenEndpoint,
    settings: dict[str, Any],
    certificate_settings: dict[str, str],
    certificate: x509.Certificate,
) -> None:
    sign_in(auth_flow="client_credentials", **certificate_settings).token()

    (form,) = endpoint.forms
    token_url = f"{settings['login_url']}/{settings['tenant_id']}/oauth2/v2.0/token"
    proof = jwt.decode(form["client_assertion"], certificate.public_key(), ["PS256"], audience=token_url)
    assert proof["iss"] == settings["client_id"]


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
@pytest.mark.parametrize("name", ["app.pem", "app.pfx"])
def test_a_certificate_that_cannot_be_used_is_named(
    sign_in: SignInFactory, endpoint: TokenEndpoint, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigError, match="`certificate_path`") as caught:
        sign_in(auth_flow="client_credentials", certificate_path=str(path)).token()

    assert str(path) in caught.value.reason
    assert endpoint.forms == []


def test_a_workload_shows_the_token_that_its_platform_wrote_last(
    sign_in: SignInFactory, endpoint: TokenEndpoint, tmp_path: Path
) -> None:
    path = tmp_path / "platform-token"
    path.write_text("first\n")
    run = sign_in(auth_flow="workload_identity", federated_token_path=str(path))

    run.token()
    path.write_text("second\n")
    run.renew()

    assert [form["client_assertion"] for form in endpoint.forms] == ["first", "second"]


def test_a_platform_token_that_is_not_there_is_named(
    sign_in: SignInFactory, endpoint: TokenEndpoint, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="`federated_token_path`"):
        sign_in(auth_flow="workload_identity", federated_token_path=str(tmp_path / "none")).token()

    assert endpoint.forms == []


def test_an_app_that_is_refused_says_why(sign_in: SignInFactory) -> None:
    answer = {"error": "invalid_client", "error_description": "AADSTS7000222: Expired.", "error_codes": [7000222]}
    with requests_mock.Mocker(real_http=True) as mocker:
        mocker.post(requests_mock.ANY, status_code=401, json=answer)

        with pytest.raises(SignInError) as caught:
            sign_in(auth_flow="client_credentials", client_secret=PASSWORD).token()

    assert caught.value.codes == [7000222]
    assert "`client_secret`" in caught.value.cure


def test_a_machine_asks_its_platform_for_a_token(sign_in: SignInFactory, settings: dict[str, Any]) -> None:
    identity = settings["client_id"]
    answers = [{"json": {"access_token": f"token {n}", "expires_in": "86399"}} for n in (1, 2)]
    with requests_mock.Mocker() as mocker:
        mocker.get("http://169.254.169.254/metadata/identity/oauth2/token", answers)
        run = sign_in(auth_flow="managed_identity", managed_identity_client_id=identity)

        assert [run.token(), run.token(), run.renew()] == ["token 1", "token 1", "token 2"]

    assert mocker.last_request.qs["resource"] == [settings["graph_url"]]
    assert mocker.last_request.qs["client_id"] == [identity]


def test_a_machine_without_an_identity_is_told_so(sign_in: SignInFactory) -> None:
    with requests_mock.Mocker() as mocker:
        mocker.get(
            "http://169.254.169.254/metadata/identity/oauth2/token",
            status_code=400,
            json={"error": "invalid_request", "error_description": "Identity not found"},
        )

        with pytest.raises(SignInError) as caught:
            sign_in(auth_flow="managed_identity").token()

    assert "Identity not found" in caught.value.reason
    assert "managed identity" in caught.value.cure

"""Signing in as the app itself: with a secret, a certificate, the platform's token, or the machine's own identity."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from sandbox.consent import CONNECT_SCOPES, OPTIONAL_SCOPES
from sandbox.login import ManagedIdentity, Platform
from tap_entra.auth import ConfigError, SignInError
from tap_entra.auth.tokens import peek

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox
    from tests.auth.conftest import Login, SignInFactory

CHALLENGE = '{"access_token": {"nbf": {"value": "1800000000"}}}'
PASSWORD = "hush"
SUBJECT = "repo:contoso/warehouse:ref:refs/heads/main"
APP_PERMISSIONS = tuple(sorted({*CONNECT_SCOPES, *OPTIONAL_SCOPES}))


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


@pytest.fixture(scope="module")
def platform() -> Platform:
    return Platform()


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
    sign_in: SignInFactory, login: Login, settings: dict[str, Any]
) -> None:
    login.service.registration.secret = PASSWORD
    run = sign_in(auth_flow="client_credentials", client_secret=PASSWORD)

    assert run.token() == run.token()
    assert run.permissions == APP_PERMISSIONS

    (form,) = login.forms
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == f"{settings['graph_url']}/.default"
    assert json.loads(form["claims"]) == {"access_token": {"xms_cc": {"values": ["CP1"]}}}


def test_nothing_is_kept_of_an_app(sign_in: SignInFactory, login: Login, cache_path: Path) -> None:
    login.service.registration.secret = PASSWORD

    sign_in(auth_flow="client_credentials", client_secret=PASSWORD).token()

    assert not cache_path.parent.exists()


def test_renewing_asks_the_service_and_not_msals_memory(sign_in: SignInFactory, login: Login) -> None:
    login.service.registration.secret = PASSWORD
    run = sign_in(auth_flow="client_credentials", client_secret=PASSWORD)

    tokens = {run.token(), run.renew(), run.renew(CHALLENGE), run.renew("not json")}

    assert len(tokens) == 4
    assert "nbf" in login.forms[2]["claims"]
    assert "CP1" in login.forms[2]["claims"]


@pytest.mark.parametrize(
    ("secret", "code", "setting"), [("typo", 7000215, "`client_secret`"), (None, 7000222, "`client_secret`")]
)
def test_an_app_that_is_refused_says_why(
    sign_in: SignInFactory, login: Login, secret: str | None, code: int, setting: str
) -> None:
    login.service.registration.secret = PASSWORD
    if secret is None:
        login.service.refuse_next.append(code)

    with pytest.raises(SignInError) as caught:
        sign_in(auth_flow="client_credentials", client_secret=secret or PASSWORD).token()

    assert caught.value.codes == [code]
    assert setting in caught.value.action


def test_a_certificate_signs_the_app_in(
    sign_in: SignInFactory, login: Login, certificate_settings: dict[str, str], certificate: x509.Certificate
) -> None:
    login.service.registration.certificates.append(certificate)

    run = sign_in(auth_flow="client_credentials", **certificate_settings)

    assert run.token()
    assert run.permissions == APP_PERMISSIONS
    assert "client_secret" not in login.forms[0]


def test_a_certificate_that_is_not_registered_is_reported(
    sign_in: SignInFactory, login: Login, certificate_settings: dict[str, str]
) -> None:
    login.service.registration.secret = PASSWORD

    with pytest.raises(SignInError) as caught:
        sign_in(auth_flow="client_credentials", **certificate_settings).token()

    assert caught.value.codes == [700027]
    assert "`certificate_path`" in caught.value.action


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
@pytest.mark.parametrize("name", ["app.pem", "app.pfx"])
def test_a_certificate_that_cannot_be_used_is_named(
    sign_in: SignInFactory, login: Login, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigError, match="`certificate_path`") as caught:
        sign_in(auth_flow="client_credentials", certificate_path=str(path)).token()

    assert str(path) in caught.value.reason
    assert login.forms == []


def test_a_workload_shows_the_token_that_its_platform_wrote_last(
    sign_in: SignInFactory, login: Login, platform: Platform, tmp_path: Path
) -> None:
    login.service.registration.federated.append(platform.trusted_for(SUBJECT))
    path = tmp_path / "platform-token"
    first, second = platform.token(SUBJECT), platform.token(SUBJECT, life_s=700)
    path.write_text(f"{first}\n")
    run = sign_in(auth_flow="workload_identity", federated_token_path=str(path))

    assert run.token()
    path.write_text(f"{second}\n")
    assert run.renew()

    assert [form["client_assertion"] for form in login.forms] == [first, second]


@pytest.mark.parametrize(
    ("claims", "code"),
    [({"subject": "repo:somebody/else"}, 700213), ({"subject": SUBJECT, "audience": "https://other.example"}, 700212)],
)
def test_a_platform_token_that_the_app_does_not_trust_names_what_to_compare(
    sign_in: SignInFactory, login: Login, tmp_path: Path, claims: dict[str, Any], code: int
) -> None:
    platform = Platform()
    login.service.registration.federated.append(platform.trusted_for(SUBJECT))
    path = tmp_path / "platform-token"
    path.write_text(platform.token(**claims))

    with pytest.raises(SignInError) as caught:
        sign_in(auth_flow="workload_identity", federated_token_path=str(path)).token()

    assert caught.value.codes == [code]
    assert "issuer, subject and audience" in caught.value.action


def test_a_platform_token_that_has_expired_is_reported(
    sign_in: SignInFactory, login: Login, platform: Platform, tmp_path: Path
) -> None:
    login.service.registration.federated.append(platform.trusted_for(SUBJECT))
    path = tmp_path / "platform-token"
    path.write_text(platform.token(SUBJECT, life_s=-10))

    with pytest.raises(SignInError) as caught:
        sign_in(auth_flow="workload_identity", federated_token_path=str(path)).token()

    assert caught.value.codes == [700024]
    assert "`federated_token_path`" in caught.value.action


def test_a_platform_token_that_is_not_there_is_named(sign_in: SignInFactory, login: Login, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="`federated_token_path`"):
        sign_in(auth_flow="workload_identity", federated_token_path=str(tmp_path / "none")).token()

    assert login.forms == []


@pytest.fixture
def as_virtual_machine(one_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", one_sandbox.login_url)


@pytest.fixture
def as_container_app(one_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{one_sandbox.login_url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", ManagedIdentity().header)


@pytest.mark.parametrize("platform_fixture", ["as_virtual_machine", "as_container_app"])
@pytest.mark.parametrize("assigned", [None, "0f7d4a0c-4d7e-4a52-8f0e-3a3f6c3f5d11"])
def test_a_machine_asks_its_platform_for_a_token(
    sign_in: SignInFactory, login: Login, request: pytest.FixtureRequest, platform_fixture: str, assigned: str | None
) -> None:
    request.getfixturevalue(platform_fixture)
    login.service.managed_identity = ManagedIdentity(assigned)
    run = sign_in(auth_flow="managed_identity", managed_identity_client_id=assigned)

    first = run.token()

    assert run.token() == first
    assert run.renew() != first
    assert run.permissions == APP_PERMISSIONS
    assert assigned in {None, peek(first)["appid"]}


@pytest.mark.parametrize(
    ("platform_fixture", "words"),
    [("as_virtual_machine", "Identity not found"), ("as_container_app", "Unauthorized")],
)
def test_a_machine_without_an_identity_ends_with_that_reason(
    sign_in: SignInFactory, login: Login, request: pytest.FixtureRequest, platform_fixture: str, words: str
) -> None:
    request.getfixturevalue(platform_fixture)
    login.service.managed_identity = None

    with pytest.raises(SignInError) as caught:
        sign_in(auth_flow="managed_identity").token()

    assert words in caught.value.reason
    assert "managed identity" in caught.value.action

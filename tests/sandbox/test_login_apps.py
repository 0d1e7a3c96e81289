"""Apps that sign in as themselves: what they prove themselves with is looked at closely."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from sandbox.login import ManagedIdentity, Platform

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client

SUBJECT = "system:serviceaccount:warehouse:tap"
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture(scope="module")
def keys() -> list[rsa.RSAPrivateKey]:
    return [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]


@pytest.fixture(scope="module")
def platform() -> Platform:
    return Platform()


@pytest.fixture
def certificate(sandbox: Sandbox, keys: list[rsa.RSAPrivateKey]) -> x509.Certificate:
    """A registered certificate of the first key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tap-entra")])
    now = dt.datetime.now(dt.timezone.utc)
    made = (
        x509.CertificateBuilder(name, name, keys[0].public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(keys[0], hashes.SHA256())
    )
    sandbox.login.registration.certificates.append(made)
    return made


def ask(client: Client, assertion: str, kind: str = BEARER) -> dict[str, Any]:
    sandbox = client.sandbox
    form = {
        "client_id": sandbox.settings["client_id"],
        "grant_type": "client_credentials",
        "scope": f"{sandbox.graph_url}/.default",
        "client_assertion_type": kind,
        "client_assertion": assertion,
    }
    answer: dict[str, Any] = client.http.post(token_url(sandbox), data=form, timeout=9).json()
    return answer


def token_url(sandbox: Sandbox) -> str:
    return f"{sandbox.login_url}/{sandbox.tenant.id}/oauth2/v2.0/token"


def sign(
    sandbox: Sandbox, key: rsa.RSAPrivateKey, certificate: x509.Certificate, algorithm: str = "PS256", **changes: Any
) -> str:
    """An assertion as MSAL makes it, by a library of its own; a change of None takes a claim away."""
    now = int(time.time())
    client_id = sandbox.settings["client_id"]
    claims = {"aud": token_url(sandbox), "iss": client_id, "sub": client_id, "jti": str(uuid.uuid4()), "iat": now}
    kept = {name: value for name, value in {**claims, "exp": now + 600, **changes}.items() if value is not None}
    digest, name = (hashes.SHA256(), "x5t#S256") if algorithm == "PS256" else (hashes.SHA1(), "x5t")
    thumbprint = jwt.utils.base64url_encode(certificate.fingerprint(digest)).decode()
    return jwt.encode(kept, key, algorithm, headers={name: thumbprint})


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
def test_what_a_registered_certificate_signed_is_good(
    sandbox: Sandbox, graph: Client, keys: list[rsa.RSAPrivateKey], certificate: x509.Certificate, algorithm: str
) -> None:
    answer = ask(graph, sign(sandbox, keys[0], certificate, algorithm))

    assert graph.get("/v1.0/domains", Authorization=f"Bearer {answer['access_token']}").status_code == 200
    assert "refresh_token" not in answer


def test_what_another_key_signed_is_not_though_it_names_the_certificate(
    sandbox: Sandbox, graph: Client, keys: list[rsa.RSAPrivateKey], certificate: x509.Certificate
) -> None:
    assert ask(graph, sign(sandbox, keys[1], certificate))["error_codes"] == [700027]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "https://elsewhere.example"}, 700023),
        ({"iss": "somebody else"}, 700027),
        ({"exp": 1}, 700024),
        ({"exp": None}, 700024),
        ({"nbf": 4_000_000_000}, 700024),
    ],
)
def test_what_the_assertion_says_must_be_right(  # noqa: PLR0913, PLR0917 - a world, and what is changed in it
    sandbox: Sandbox,
    graph: Client,
    keys: list[rsa.RSAPrivateKey],
    certificate: x509.Certificate,
    changes: dict[str, Any],
    code: int,
) -> None:
    assert ask(graph, sign(sandbox, keys[0], certificate, **changes))["error_codes"] == [code]


@pytest.mark.parametrize("assertion", ["", "nonsense", "a.b.c", "e30.e30.AAAA"])
def test_what_is_no_assertion_is_refused(
    graph: Client,
    certificate: x509.Certificate,  # noqa: ARG001 - registered, so that an assertion is expected
    assertion: str,
) -> None:
    assert ask(graph, assertion)["error"] in {"invalid_client", "invalid_request"}


def test_the_kind_of_assertion_must_be_named(
    sandbox: Sandbox, graph: Client, keys: list[rsa.RSAPrivateKey], certificate: x509.Certificate
) -> None:
    assert ask(graph, sign(sandbox, keys[0], certificate), kind="saml")["error_codes"] == [50027]


def test_a_platforms_token_is_good_if_issuer_subject_and_audience_are_registered(
    sandbox: Sandbox, graph: Client, platform: Platform
) -> None:
    sandbox.login.registration.federated.append(platform.trusted_for(SUBJECT))

    assert "access_token" in ask(graph, platform.token(SUBJECT))
    assert ask(graph, platform.token("another"))["error_codes"] == [700213]
    assert ask(graph, platform.token(SUBJECT, audience="another"))["error_codes"] == [700212]
    assert ask(graph, platform.token(SUBJECT, life_s=-1))["error_codes"] == [700024]
    # Another platform may say what it likes: it lacks the key.
    assert ask(graph, Platform().token(SUBJECT))["error_codes"] == [700027]
    assert ask(graph, Platform("https://other.example").token(SUBJECT))["error_codes"] == [700211]


def test_an_app_token_has_the_apps_permissions_and_needs_no_directory_role(sandbox: Sandbox, graph: Client) -> None:
    sandbox.login.registration.secret = "hush"
    sandbox.consent.app_permissions = {"AuditLog.Read.All", "Directory.Read.All"}
    sandbox.consent.roles.clear()
    app = graph.app(client_credential="hush")

    token = app.acquire_token_for_client(graph.default_scope)["access_token"]

    assert graph.get("/v1.0/auditLogs/signIns?$top=1", Authorization=f"Bearer {token}").status_code == 200
    roles = jwt.decode(token, options={"verify_signature": False})["roles"]
    assert roles == ["AuditLog.Read.All", "Directory.Read.All"]


def test_a_public_app_cannot_sign_in_as_itself(sandbox: Sandbox, graph: Client) -> None:
    form = {
        "client_id": sandbox.settings["client_id"],
        "grant_type": "client_credentials",
        "scope": f"{sandbox.graph_url}/.default",
    }

    assert graph.http.post(token_url(sandbox), data=form, timeout=9).json()["error_codes"] == [7000218]


def test_a_machine_gives_its_identitys_token_to_a_caller_that_knows_how_to_ask(sandbox: Sandbox, graph: Client) -> None:
    sandbox.login.managed_identity = ManagedIdentity("0f7d4a0c-4d7e-4a52-8f0e-3a3f6c3f5d11")
    query = {"resource": sandbox.graph_url, "client_id": "0f7d4a0c-4d7e-4a52-8f0e-3a3f6c3f5d11"}
    metadata, app_service = f"{sandbox.login_url}/metadata/identity/oauth2/token", f"{sandbox.login_url}/msi/token"

    def status(url: str, asked: dict[str, str], headers: dict[str, str]) -> int:
        return graph.http.get(url, params=asked, headers=headers, timeout=9).status_code

    assert status(metadata, query, {"Metadata": "true"}) == 200
    assert status(metadata, query, {}) == 400
    assert status(metadata, {"resource": sandbox.graph_url}, {"Metadata": "true"}) == 400
    assert status(metadata, {**query, "resource": "https://vault.example"}, {"Metadata": "true"}) == 400
    known = {"X-IDENTITY-HEADER": "sandbox-identity-header"}
    assert status(app_service, query, known) == 200
    assert status(app_service, query, {"X-IDENTITY-HEADER": "guessed"}) == 401
    assert status(app_service, {**query, "client_id": "another"}, known) == 400


def test_a_client_that_takes_challenges_gets_one_for_a_revoked_token(sandbox: Sandbox, graph: Client) -> None:
    token = sandbox.login.first_refresh_token()
    app = graph.app(client_capabilities=["CP1"])
    app.acquire_token_by_refresh_token(token, graph.default_scope)
    capable = app.acquire_token_silent(graph.default_scope, app.get_accounts()[0], force_refresh=True)["access_token"]
    plain = graph.sign_in()["access_token"]
    sandbox.login.access_tokens.revoke_all()

    challenge = graph.get("/v1.0/domains", Authorization=f"Bearer {capable}").headers["WWW-Authenticate"]
    refusal = graph.get("/v1.0/domains", Authorization=f"Bearer {plain}").headers["WWW-Authenticate"]

    assert 'error="insufficient_claims", claims="' in challenge
    assert "insufficient_claims" not in refusal

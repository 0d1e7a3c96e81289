"""Web apps at the sandbox's sign-in service: signed id tokens with roles, exact redirects, secrets that count."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox.login.registration import WebApp

if TYPE_CHECKING:
    from sandbox import Sandbox

REDIRECT = "https://pages.example/oauth2callback"


@pytest.fixture
def app(sandbox: Sandbox) -> WebApp:
    app = WebApp("web app", "hush", [REDIRECT])
    app.roles[sandbox.login.user["id"]] = ["pages.read"]
    sandbox.login.web_apps[app.client_id] = app
    return app


def metadata(sandbox: Sandbox) -> dict[str, Any]:
    url = f"{sandbox.login_url}/{sandbox.tenant.id}/v2.0/.well-known/openid-configuration"
    found: dict[str, Any] = requests.get(url, timeout=10).json()
    return found


def authorize(sandbox: Sandbox, **changed: str) -> requests.Response:
    query = {"client_id": "web app", "redirect_uri": REDIRECT, "response_type": "code", "scope": "openid profile email",
             "state": "state", "nonce": "nonce", **changed}  # fmt: skip
    form = {"account": sandbox.login.user["userPrincipalName"]}
    url = metadata(sandbox)["authorization_endpoint"]
    return requests.post(url, params=query, data=form, allow_redirects=False, timeout=10)


def redeem(sandbox: Sandbox, code: str, **changed: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "client_id": "web app",
            "client_secret": "hush", **changed}  # fmt: skip
    return requests.post(metadata(sandbox)["token_endpoint"], data=form, timeout=10)


def code_of(answer: requests.Response) -> str:
    (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
    return code


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_id_token_is_signed_with_a_key_that_discovery_names(sandbox: Sandbox, app: WebApp) -> None:
    answer = authorize(sandbox)
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["state"] == ["state"]

    token = redeem(sandbox, code_of(answer)).json()["id_token"]

    head, body, signature = token.split(".")
    (key,) = requests.get(metadata(sandbox)["jwks_uri"], timeout=10).json()["keys"]
    assert json.loads(decoded(head))["kid"] == key["kid"]
    numbers = (int.from_bytes(decoded(key[name]), "big") for name in ("e", "n"))
    public = rsa.RSAPublicNumbers(*numbers).public_key()
    public.verify(decoded(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
    claims = json.loads(decoded(body))
    assert claims["oid"] == sandbox.login.user["id"]
    assert (claims["aud"], claims["nonce"], claims["roles"]) == ("web app", "nonce", ["pages.read"])
    assert claims["iss"] == metadata(sandbox)["issuer"]
    assert app.roles


@pytest.mark.parametrize("changed", [{"redirect_uri": "https://evil.example/"}, {"response_type": "token"}])
def test_what_is_wrong_with_the_request_stays_on_the_page(
    sandbox: Sandbox, app: WebApp, changed: dict[str, str]
) -> None:
    answer = authorize(sandbox, client_id=app.client_id, **changed)

    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    assert re.search(r"AADSTS\d+", answer.text)


@pytest.mark.parametrize("changed", [{"client_secret": "wrong"}, {"redirect_uri": "https://evil.example/"}])
def test_a_code_is_good_for_its_own_app_and_once(sandbox: Sandbox, app: WebApp, changed: dict[str, str]) -> None:
    code = code_of(authorize(sandbox, client_id=app.client_id))

    assert redeem(sandbox, code, **changed).status_code in {400, 401}
    again = code_of(authorize(sandbox))
    assert redeem(sandbox, again).status_code == 200
    assert redeem(sandbox, again).status_code == 400


def test_a_person_without_a_role_may_be_kept_out(sandbox: Sandbox, app: WebApp) -> None:
    app.assignment_required = True
    app.roles.clear()

    assert "AADSTS50105" in authorize(sandbox).text


def test_signing_out_leads_back_to_known_addresses_only(sandbox: Sandbox, app: WebApp) -> None:
    url = metadata(sandbox)["end_session_endpoint"]

    def leads(to: str) -> str | None:
        return requests.get(
            url, params={"post_logout_redirect_uri": to}, allow_redirects=False, timeout=10
        ).headers.get("Location")

    assert leads(app.redirect_uris[0]) == REDIRECT
    assert leads("https://evil.example/") is None

"""Web apps: people sign in to them with OpenID Connect, and app roles say what they may do there.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode

from sandbox.login import pages
from sandbox.login.accounts import accounts, find_account, id_claims, sign_in_name
from sandbox.login.codes import WebCode
from sandbox.login.refusals import REASONS, SignInRefusal
from sandbox.messages import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.login.registration import WebApp
    from sandbox.login.state import SignInState
    from sandbox.messages import Request

CODE_LIFE_S = 600
TOKEN_LIFE_S = 3600


def answer_authorize(state: SignInState, app: WebApp, request: Request) -> Response:
    """Ask who signs in, and send the browser back with a code."""
    query, form = request.query, dict(parse_qsl(request.body.decode()))
    try:
        _check(app, query)
        if "cancel" in form:
            return _back(query, {"error": "access_denied", "error_description": f"AADSTS65004: {REASONS[65004].text}"})
        if "account" not in form:
            return pages.account_page(_picks(state, app))
        user = _assigned(app, find_account(state, form["account"]))
    except SignInRefusal as refusal:
        return pages.message_page("Sorry, but we're having trouble signing you in.", refusal.text, 400)
    code = f"1.AX0A.{secrets.token_urlsafe(60)}"
    state.web_codes[code] = WebCode(
        app=app,
        redirect_uri=query["redirect_uri"],
        user=user,
        nonce=query.get("nonce", ""),
        challenge=query.get("code_challenge", ""),
        ends=time.time() + CODE_LIFE_S,
    )
    return _back(query, {"code": code, "session_state": secrets.token_hex(16)})


def redeem(state: SignInState, request: Request, form: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the tokens for a code of a web app; None if the client is not a web app.

    Raises:
        SignInRefusal: The client, its secret or the code is wrong.
    """
    client_id, secret = _client(request, form)
    app = state.web_apps.get(client_id)
    if app is None:
        return None
    if not hmac.compare_digest(secret.encode(), app.secret.encode()):
        raise SignInRefusal(7000215, client=client_id)
    if form.get("grant_type") != "authorization_code":
        raise SignInRefusal(70003, grant=form.get("grant_type", ""))
    code = state.web_codes.pop(form.get("code", ""), None)
    if code is None or code.app is not app or code.redirect_uri != form.get("redirect_uri"):
        raise SignInRefusal(70000)
    if time.time() > code.ends:
        raise SignInRefusal(70008)
    if code.challenge and _challenge(form.get("code_verifier", "")) != code.challenge:
        raise SignInRefusal(501481)
    return {
        "token_type": "Bearer",
        "scope": "openid profile email",
        "expires_in": TOKEN_LIFE_S,
        "ext_expires_in": TOKEN_LIFE_S,
        "access_token": secrets.token_urlsafe(60),
        "id_token": state.signing_key.sign(_claims(state, code)),
    }


def answer_logout(state: SignInState, request: Request) -> Response:
    """End the sign-in, and send the browser back if the app's registration knows the address."""
    target = request.query.get("post_logout_redirect_uri", "")
    if any(target in app.redirect_uris for app in state.web_apps.values()):
        return Response(302, b"", {"Location": target})
    return pages.message_page("You signed out of your account", "It's a good idea to close all browser windows.")


def _check(app: WebApp, query: Mapping[str, str]) -> None:
    if query.get("redirect_uri") not in app.redirect_uris:
        raise SignInRefusal(50011, redirect=query.get("redirect_uri", ""), client=app.client_id)
    if query.get("response_type") != "code":
        raise SignInRefusal(900144, parameter="response_type=code")
    if "openid" not in query.get("scope", "").split():
        raise SignInRefusal(900144, parameter="scope=openid")


def _assigned(app: WebApp, user: dict[str, Any]) -> dict[str, Any]:
    if app.assignment_required and not app.roles.get(user["id"]):
        raise SignInRefusal(50105)
    return user


def _claims(state: SignInState, code: WebCode) -> dict[str, Any]:
    """Claims of the ID token. A web app checks the times by the clock on the wall, so they are made by it."""
    now = int(time.time())
    roles = code.app.roles.get(code.user["id"])
    return {
        "ver": "2.0",
        "iss": f"{state.url}/{state.tenant.id}/v2.0",
        "sub": hashlib.sha256(f"{code.app.client_id}{code.user['id']}".encode()).hexdigest(),
        "aud": code.app.client_id,
        "iat": now,
        "nbf": now,
        "exp": now + TOKEN_LIFE_S,
        "tid": state.tenant.id,
        **id_claims(code.user),
        **({"email": code.user["mail"]} if code.user.get("mail") else {}),
        **({"roles": roles} if roles else {}),
        **({"nonce": code.nonce} if code.nonce else {}),
    }


def _client(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Id and secret, from the form or from HTTP Basic."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
        return unquote(client_id), unquote(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _picks(state: SignInState, app: WebApp) -> list[str]:
    """People with a role, and one without."""
    enabled = [user for user in accounts(state) if user["accountEnabled"]]
    without = next((user for user in enabled if user["id"] not in app.roles), None)
    return [sign_in_name(user) for user in enabled if user["id"] in app.roles or user is without]


def _back(query: Mapping[str, str], fields: Mapping[str, str]) -> Response:
    answer = {**fields, **({"state": query["state"]} if "state" in query else {})}
    if query.get("response_mode") == "form_post":
        return pages.post_back(query["redirect_uri"], answer)
    return Response(302, b"", {"Location": f"{query['redirect_uri']}?{urlencode(answer)}"})

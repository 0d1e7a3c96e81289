"""The authorization endpoint: a person signs in, consents, and the browser carries a code back to the app.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from sandbox.login import pages
from sandbox.login.accounts import accounts, find_account, is_guest, sign_in_name
from sandbox.login.codes import Code
from sandbox.login.refusals import REASONS, SignInRefusal
from sandbox.login.scopes import graph_scopes
from sandbox.messages import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.login.state import SignInState
    from sandbox.messages import Request

    Query = Mapping[str, str]

CODE_LIFE = timedelta(minutes=10)


def answer_authorize(state: SignInState, request: Request) -> Response:
    """One step of the conversation: who signs in, what may the app do, and back to the app.

    What is wrong with the app or its address is shown on a page; all else goes back to the app, as at Microsoft.
    """
    query, form = request.query, dict(parse_qsl(request.body.decode()))
    try:
        _check_app(state, query)
        if "cancel" in form:
            return _refuse(state, query, 65004)
        if "account" not in form:
            return pages.account_page(_picks(state))
        user = find_account(state, form["account"])
        wanted = graph_scopes(state, query.get("scope", "")) - state.consent.scopes
    except SignInRefusal as refusal:
        return pages.message_page("Sorry, but we're having trouble signing you in.", refusal.text, 400)
    if wanted and user["id"] != state.user["id"]:
        return pages.approval_page(form["account"])
    if wanted and form.get("consent") != "accept":
        return pages.consent_page(form["account"], state.registration.client_id, sorted(wanted))
    state.consent.scopes |= wanted
    return _send_code(state, query, user)


def answer_admin_consent(state: SignInState, request: Request) -> Response:
    """The page on which an administrator consents for everybody.

    https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
    """
    query, form = request.query, dict(parse_qsl(request.body.decode()))
    try:
        _check_redirect(state, query)
        wanted = graph_scopes(state, query.get("scope", ""))
    except SignInRefusal as refusal:
        return pages.message_page("Sorry, but we're having trouble signing you in.", refusal.text, 400)
    echo = {"state": query["state"]} if "state" in query else {}
    if "cancel" in form:
        denied = {"error": "access_denied", "error_description": f"AADSTS65004: {REASONS[65004].text}"}
        return _redirect(query["redirect_uri"], {**denied, "admin_consent": "True", **echo})
    if form.get("consent") != "accept":
        account = state.user["userPrincipalName"]
        return pages.consent_page(account, state.registration.client_id, sorted(wanted))
    state.consent.scopes |= wanted
    state.consent.app_permissions |= state.consent.registered_app_permissions
    granted = {"admin_consent": "True", "tenant": state.tenant.id, "scope": query["scope"]}
    return _redirect(query["redirect_uri"], {**granted, **echo})


def _check_app(state: SignInState, query: Query) -> None:
    _check_redirect(state, query)
    for parameter, expected in (
        ("response_type", "code"),
        ("response_mode", "form_post"),
        ("code_challenge_method", "S256"),
    ):
        if query.get(parameter) != expected:
            raise SignInRefusal(900144, parameter=f"{parameter}={expected}")
    for parameter in ("code_challenge", "scope", "nonce", "state"):
        if not query.get(parameter):
            raise SignInRefusal(900144, parameter=parameter)


def _check_redirect(state: SignInState, query: Query) -> None:
    app = state.registration
    client, redirect = query.get("client_id", ""), query.get("redirect_uri", "")
    if client != app.client_id:
        raise SignInRefusal(700016, client=client, tenant=state.tenant.id)
    if not app.enabled:
        raise SignInRefusal(7000112, client=client)
    url = urlsplit(redirect)
    # The port of a loopback address does not count, the path does.
    known = f"http://localhost{url.path}" if (url.scheme, url.hostname) == ("http", "localhost") else redirect
    if known not in app.redirect_uris:
        raise SignInRefusal(50011, redirect=redirect, client=client)


def _picks(state: SignInState) -> list[str]:
    """The administrator, another employee, and a guest."""
    others = [user for user in accounts(state) if user["id"] != state.user["id"] and user["accountEnabled"]]
    employee = next((user for user in others if not is_guest(user)), None)
    guest = next((user for user in others if is_guest(user)), None)
    return [sign_in_name(user) for user in (state.user, employee, guest) if user]


def _send_code(state: SignInState, query: Query, user: dict[str, Any]) -> Response:
    code = f"1.AX0A.{secrets.token_urlsafe(400)}"
    state.codes[code] = Code(
        client_id=query["client_id"],
        redirect_uri=query["redirect_uri"],
        challenge=query["code_challenge"],
        nonce=query["nonce"],
        user=user,
        ends=state.tenant.now() + CODE_LIFE,
    )
    fields = {"code": code, "state": query["state"], "session_state": secrets.token_hex(16)}
    return pages.post_back(query["redirect_uri"], fields)


def _refuse(state: SignInState, query: Query, code: int) -> Response:
    reason = REASONS[code]
    timestamp = state.tenant.now().strftime("%Y-%m-%d %H:%M:%SZ")
    text = f"AADSTS{code}: {reason.text} Trace ID: {secrets.token_hex(16)} Timestamp: {timestamp}"
    fields = {"error": reason.error, "error_description": text, "state": query["state"]}
    return pages.post_back(query["redirect_uri"], fields)


def _redirect(url: str, fields: Mapping[str, str]) -> Response:
    return Response(302, b"", {"Location": f"{url}?{urlencode(fields)}"})

"""The authorization endpoint: a person signs in, consents, and the browser carries a code back to the app.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from sandbox.login import pages
from sandbox.login.accounts import accounts, find_account, is_guest, sign_in_name
from sandbox.login.refusals import REASONS, SignInRefusal
from sandbox.login.scopes import graph_scopes
from sandbox.messages import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.login.service import SignInService
    from sandbox.messages import Request

    Query = Mapping[str, str]

CODE_LIFE = timedelta(minutes=10)


@dataclass
class Code:
    """What an authorization code stands for."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    user: dict[str, Any]
    ends: datetime
    redeemed: bool = False

    def check(self, form: Mapping[str, str], now: datetime) -> None:
        """Refuse unless the form may redeem it: once, in time, by whoever asked for it.

        Raises:
            SignInRefusal: It may not.
        """
        if self.redeemed:
            raise SignInRefusal(54005)
        if now > self.ends:
            raise SignInRefusal(70008)
        if (form["client_id"], form.get("redirect_uri")) != (self.client_id, self.redirect_uri):
            raise SignInRefusal(50011, redirect=form.get("redirect_uri", ""), client=form["client_id"])
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
            raise SignInRefusal(501481)
        self.redeemed = True


def answer_authorize(service: SignInService, request: Request) -> Response:
    """One step of the conversation: who signs in, what may the app do, and back to the app.

    What is wrong with the app or its address is shown on a page; all else goes back to the app, as at Microsoft.
    """
    query, form = request.query, dict(parse_qsl(request.body.decode()))
    try:
        _check_app(service, query)
        if "cancel" in form:
            return _refuse(service, query, 65004)
        if "account" not in form:
            return pages.account_page(_picks(service))
        user = find_account(service, form["account"])
        wanted = graph_scopes(service, query.get("scope", "")) - service.consent.scopes
    except SignInRefusal as refusal:
        return pages.message_page("Sorry, but we're having trouble signing you in.", refusal.text, 400)
    if wanted and user["id"] != service.user["id"]:
        return pages.approval_page(form["account"])
    if wanted and form.get("consent") != "accept":
        return pages.consent_page(form["account"], service.registration.client_id, sorted(wanted))
    service.consent.scopes |= wanted
    return _send_code(service, query, user)


def answer_admin_consent(service: SignInService, request: Request) -> Response:
    """The page on which an administrator consents for everybody.

    https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
    """
    query, form = request.query, dict(parse_qsl(request.body.decode()))
    try:
        _check_redirect(service, query)
        wanted = graph_scopes(service, query.get("scope", ""))
    except SignInRefusal as refusal:
        return pages.message_page("Sorry, but we're having trouble signing you in.", refusal.text, 400)
    state = {"state": query["state"]} if "state" in query else {}
    if "cancel" in form:
        denied = {"error": "access_denied", "error_description": f"AADSTS65004: {REASONS[65004].text}"}
        return _redirect(query["redirect_uri"], {**denied, "admin_consent": "True", **state})
    if form.get("consent") != "accept":
        account = service.user["userPrincipalName"]
        return pages.consent_page(account, service.registration.client_id, sorted(wanted))
    service.consent.scopes |= wanted
    service.consent.app_permissions |= service.consent.registered_app_permissions
    granted = {"admin_consent": "True", "tenant": service.tenant.id, "scope": query["scope"]}
    return _redirect(query["redirect_uri"], {**granted, **state})


def _check_app(service: SignInService, query: Query) -> None:
    _check_redirect(service, query)
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


def _check_redirect(service: SignInService, query: Query) -> None:
    app = service.registration
    client, redirect = query.get("client_id", ""), query.get("redirect_uri", "")
    if client != app.client_id:
        raise SignInRefusal(700016, client=client, tenant=service.tenant.id)
    if not app.enabled:
        raise SignInRefusal(7000112, client=client)
    url = urlsplit(redirect)
    # Of a loopback address the port does not count, the path does.
    known = f"http://localhost{url.path}" if (url.scheme, url.hostname) == ("http", "localhost") else redirect
    if known not in app.redirect_uris:
        raise SignInRefusal(50011, redirect=redirect, client=client)


def _picks(service: SignInService) -> list[str]:
    """The administrator, another employee, and a guest."""
    others = [user for user in accounts(service) if user["id"] != service.user["id"] and user["accountEnabled"]]
    employee = next((user for user in others if not is_guest(user)), None)
    guest = next((user for user in others if is_guest(user)), None)
    return [sign_in_name(user) for user in (service.user, employee, guest) if user]


def _send_code(service: SignInService, query: Query, user: dict[str, Any]) -> Response:
    code = f"1.AX0A.{secrets.token_urlsafe(400)}"
    service.codes[code] = Code(
        client_id=query["client_id"],
        redirect_uri=query["redirect_uri"],
        challenge=query["code_challenge"],
        nonce=query["nonce"],
        user=user,
        ends=service.tenant.now() + CODE_LIFE,
    )
    fields = {"code": code, "state": query["state"], "session_state": secrets.token_hex(16)}
    return pages.post_back(query["redirect_uri"], fields)


def _refuse(service: SignInService, query: Query, code: int) -> Response:
    reason = REASONS[code]
    timestamp = service.tenant.now().strftime("%Y-%m-%d %H:%M:%SZ")
    text = f"AADSTS{code}: {reason.text} Trace ID: {secrets.token_hex(16)} Timestamp: {timestamp}"
    fields = {"error": reason.error, "error_description": text, "state": query["state"]}
    return pages.post_back(query["redirect_uri"], fields)


def _redirect(url: str, fields: Mapping[str, str]) -> Response:
    return Response(302, b"", {"Location": f"{url}?{urlencode(fields)}"})

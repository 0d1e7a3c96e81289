"""Signing in on another device: the person types a code there, while the app keeps asking here.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from sandbox.login import pages
from sandbox.login.accounts import find_account
from sandbox.login.devices import Device
from sandbox.login.refusals import SignInRefusal, UnnumberedRefusal
from sandbox.login.scopes import graph_scopes
from sandbox.messages import json_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.login.state import SignInState
    from sandbox.messages import Request, Response


def begin_device_sign_in(state: SignInState, form: Mapping[str, str]) -> Response:
    """Hand out a code for the device, and one for the person."""
    client_id = form.get("client_id", "")
    if client_id != state.registration.client_id:
        raise SignInRefusal(700016, client=client_id, tenant=state.tenant.id)
    if state.registration.is_confidential:
        raise SignInRefusal(7000218)
    scope = form.get("scope", "")
    graph_scopes(state, scope)
    device_code, user_code = secrets.token_urlsafe(60), secrets.token_hex(4).upper()
    ends = state.tenant.now() + timedelta(seconds=state.devices.life_s)
    state.devices.waiting[device_code] = Device(client_id, scope, user_code, ends)
    page = f"{state.url}/common/oauth2/deviceauth"
    return json_response(
        {
            "user_code": user_code,
            "device_code": device_code,
            "verification_uri": page,
            "expires_in": state.devices.life_s,
            "interval": state.devices.interval_s,
            "message": f"To sign in, use a web browser to open the page {page} and enter the code {user_code} "
            "to authenticate.",
        }
    )


def find_device_user(state: SignInState, form: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """Who signed in for a device, and for which scope.

    Raises:
        SignInRefusal: The person has not signed in yet, declined, or came too late; or there is no such device.
    """
    device = state.devices.waiting.get(form.get("device_code", ""))
    if device is None or device.client_id != form["client_id"]:
        raise SignInRefusal(70018)
    if device.declined:
        raise UnnumberedRefusal("authorization_declined", "The user denied the request.")
    if state.tenant.now() > device.ends:
        raise SignInRefusal(70019)
    if state.devices.slow_down:
        state.devices.slow_down -= 1
        raise UnnumberedRefusal("slow_down", "The client asks too often.")
    if device.user is None:
        raise SignInRefusal(70016)
    del state.devices.waiting[form["device_code"]]
    return device.user, device.scope


def answer_device_page(state: SignInState, request: Request) -> Response:
    """The page on which the person types the code."""
    form = dict(parse_qsl(request.body.decode()))
    if not form:
        return pages.device_page()
    typed = form.get("user_code", "").strip().upper()
    device = next((device for device in state.devices.waiting.values() if device.user_code == typed), None)
    if device is None:
        return pages.device_page("That code didn't work. Check the code and try again.")
    if "cancel" in form:
        device.declined = True
        return pages.message_page("You have cancelled", "You may close this window.")
    try:
        device.user = find_account(state, form.get("account", ""))
    except SignInRefusal as refusal:
        return pages.device_page(refusal.text)
    return pages.message_page("You have signed in", "You may now close this window.")

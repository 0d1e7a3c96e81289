"""Signing in on another device: a code to type there, while the app keeps asking here.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from sandbox.login import pages
from sandbox.login.accounts import find_account
from sandbox.login.refusals import SignInRefusal, UnnumberedRefusal
from sandbox.login.scopes import graph_scopes
from sandbox.messages import json_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.login.service import SignInService
    from sandbox.messages import Request, Response


@dataclass
class Device:
    """A device that waits for its person.

    Attributes:
        scope: What it asked for at the beginning; when it asks for the tokens it does not say so again.
    """

    client_id: str
    scope: str
    user_code: str
    ends: datetime
    user: dict[str, Any] | None = None
    declined: bool = False


class Devices:
    """All devices that wait.

    Attributes:
        life_s: How long a code can be typed.
        interval_s: How often the device is told to ask.
        slow_down: So many of the next questions are answered "slow_down".
    """

    def __init__(self) -> None:
        self.life_s = 900
        self.interval_s = 5
        self.slow_down = 0
        self.waiting: dict[str, Device] = {}

    def begin(self, service: SignInService, form: Mapping[str, str]) -> Response:
        """Hand out a code for the device, and one for the person."""
        client_id = form.get("client_id", "")
        if client_id != service.registration.client_id:
            raise SignInRefusal(700016, client=client_id, tenant=service.tenant.id)
        if service.registration.is_confidential:
            raise SignInRefusal(7000218)
        scope = form.get("scope", "")
        graph_scopes(service, scope)
        device_code, user_code = secrets.token_urlsafe(60), secrets.token_hex(4).upper()
        ends = service.tenant.now() + timedelta(seconds=self.life_s)
        self.waiting[device_code] = Device(client_id, scope, user_code, ends)
        page = f"{service.url}/common/oauth2/deviceauth"
        return json_response(
            {
                "user_code": user_code,
                "device_code": device_code,
                "verification_uri": page,
                "expires_in": self.life_s,
                "interval": self.interval_s,
                "message": f"To sign in, use a web browser to open the page {page} and enter the code {user_code} "
                "to authenticate.",
            }
        )

    def ask(self, service: SignInService, form: Mapping[str, str]) -> tuple[dict[str, Any], str]:
        """Who signed in for a device, and for which scope.

        Raises:
            SignInRefusal: Nobody yet, nobody any more, or nobody at all.
        """
        device = self.waiting.get(form.get("device_code", ""))
        if device is None or device.client_id != form["client_id"]:
            raise SignInRefusal(70018)
        if device.declined:
            raise UnnumberedRefusal("authorization_declined", "The user denied the request.")
        if service.tenant.now() > device.ends:
            raise SignInRefusal(70019)
        if self.slow_down:
            self.slow_down -= 1
            raise UnnumberedRefusal("slow_down", "The client asks too often.")
        if device.user is None:
            raise SignInRefusal(70016)
        del self.waiting[form["device_code"]]
        return device.user, device.scope


def answer_device_page(service: SignInService, request: Request) -> Response:
    """The page on which the person types the code."""
    form = dict(parse_qsl(request.body.decode()))
    if not form:
        return pages.device_page()
    typed = form.get("user_code", "").strip().upper()
    device = next((device for device in service.devices.waiting.values() if device.user_code == typed), None)
    if device is None:
        return pages.device_page("That code didn't work. Check the code and try again.")
    if "cancel" in form:
        device.declined = True
        return pages.message_page("You have cancelled", "You may close this window.")
    try:
        device.user = find_account(service, form.get("account", ""))
    except SignInRefusal as refusal:
        return pages.device_page(refusal.text)
    return pages.message_page("You have signed in", "You may now close this window.")

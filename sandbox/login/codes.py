"""Authorization codes: what a browser carries back to the app, to be redeemed once."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.login.refusals import SignInRefusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.login.registration import WebApp


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
        """Refuse unless the form may redeem it: once, in time, by the app that asked for it.

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


@dataclass
class WebCode:
    """What an authorization code of a web app stands for. The times are those of the clock on the wall."""

    app: WebApp
    redirect_uri: str
    user: dict[str, Any]
    nonce: str
    challenge: str
    ends: float

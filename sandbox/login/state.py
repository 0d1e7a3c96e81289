"""The state of the sign-in service: tokens, codes, devices and the app's registration.

It sits below all code that changes it, so that no import leads back up.
"""

from __future__ import annotations

import uuid
from collections import deque
from typing import TYPE_CHECKING

from sandbox.login.access import AccessTokens
from sandbox.login.devices import Devices
from sandbox.login.refresh_tokens import RefreshTokens
from sandbox.login.signing import SigningKey

if TYPE_CHECKING:
    from sandbox.consent import Consent
    from sandbox.login.codes import Code, WebCode
    from sandbox.login.registration import ManagedIdentity, Registration, WebApp
    from sandbox.tenant.state import TenantState


class SignInState:
    """The tokens, codes and devices of one tenant's sign-in service.

    Attributes:
        refresh_tokens: `refresh_tokens.strict = True` makes each redeemable once only.
        access_tokens: Lifetime, and `revoke_all()`.
        codes: Authorization codes that were issued.
        devices: Devices that wait for their person.
        web_apps: Registrations of the platform Web, by client id.
        web_codes: Authorization codes that were issued to those.
        signing_key: The key for the id tokens of those.
        managed_identity: The identity of the machine; None if it has none.
        refuse_next: AADSTS codes; each answers one token request, in order.
        user: The administrator who set the app up on the first day.
        url: The login host, set when both servers listen.
        graph_url: The Graph host, likewise.
    """

    def __init__(self, tenant: TenantState, consent: Consent, registration: Registration) -> None:
        self.tenant = tenant
        self.consent = consent
        self.registration = registration
        self.access_tokens = AccessTokens(tenant)
        self.refresh_tokens = RefreshTokens(tenant)
        self.codes: dict[str, Code] = {}
        self.devices = Devices()
        self.web_apps: dict[str, WebApp] = {}
        self.web_codes: dict[str, WebCode] = {}
        self.signing_key = SigningKey()
        self.managed_identity: ManagedIdentity | None = None
        self.refuse_next: deque[int] = deque()
        self.user = next(iter(tenant.directory["users"].live.values()))
        self.url = ""
        self.graph_url = ""

    def first_refresh_token(self) -> str:
        """What a one-time sign-in by the administrator would have left."""
        return self.refresh_tokens.issue(self.registration.client_id, self.user["id"])

    def app_token(self, client_id: str, *, takes_challenges: bool = False, audience: str | None = None) -> str:
        """An access token for an app itself, with the application permissions it was given: for Graph if not told."""
        return self.access_tokens.issue(
            audience=audience or self.graph_url,
            scopes=self.consent.app_permissions,
            user_id=str(uuid.uuid5(uuid.NAMESPACE_URL, client_id)),
            client_id=client_id,
            is_app=True,
            takes_challenges=takes_challenges,
        )

    @property
    def managed_identity_id(self) -> str:
        """The client id that tokens of the machine's identity are issued to."""
        assigned = self.managed_identity.client_id if self.managed_identity else None
        return assigned or str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.tenant.id}/machine"))

    def revoke_sessions(self) -> None:
        """What an administrator does after a theft: neither refresh nor access tokens are good any more."""
        self.refresh_tokens.revoke_all()
        self.access_tokens.revoke_all()

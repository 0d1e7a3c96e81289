"""The app as registered in the tenant, and how it may prove itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import Certificate

LOOPBACK = "http://localhost"
"""A redirect address that matches with any port: https://learn.microsoft.com/entra/identity-platform/reply-url."""

EXCHANGE = "api://AzureADTokenExchange"


@dataclass(frozen=True)
class FederatedCredential:
    """Whose tokens the app may show in place of a secret: issuer, subject and audience must all fit.

    https://learn.microsoft.com/entra/workload-id/workload-identity-federation

    Attributes:
        key: What the issuer signs with; Microsoft fetches it from the issuer.
    """

    issuer: str
    subject: str
    key: RSAPublicKey
    audience: str = EXCHANGE


@dataclass
class Registration:
    """The app as registered in the tenant. A public client while it has nothing to prove itself with.

    Attributes:
        secret: What it must present, or one of the next two; None for a public client.
        certificates: Whose private keys may sign its assertions.
        redirect_uris: Under "Mobile and desktop applications".
        single_page_app: Whether they stand under "Single-page application" instead.
    """

    client_id: str
    secret: str | None = None
    enabled: bool = True
    certificates: list[Certificate] = field(default_factory=list)
    federated: list[FederatedCredential] = field(default_factory=list)
    redirect_uris: list[str] = field(default_factory=lambda: [LOOPBACK])
    single_page_app: bool = False

    @property
    def is_confidential(self) -> bool:
        """Whether it must prove itself."""
        return bool(self.secret is not None or self.certificates or self.federated)


@dataclass
class WebApp:
    """A registration of the platform Web.

    Attributes:
        redirect_uris: Where codes may be sent; each must match exactly.
        roles: App roles by the object id of the person who holds them.
        assignment_required: Whether only people with a role may sign in.
    """

    client_id: str
    secret: str
    redirect_uris: list[str]
    roles: dict[str, list[str]] = field(default_factory=dict)
    assignment_required: bool = False


@dataclass
class ManagedIdentity:
    """The identity of the machine that the sandbox stands for.

    Attributes:
        client_id: The client id of a user-assigned identity; None where the machine has its own.
        header: What App Service puts into IDENTITY_HEADER.
    """

    client_id: str | None = None
    header: str = "sandbox-identity-header"

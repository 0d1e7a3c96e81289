"""The sign-in service that MSAL talks to."""

from sandbox.login.platform import Platform
from sandbox.login.registration import FederatedCredential, ManagedIdentity, Registration
from sandbox.login.service import SignInService

__all__ = ["FederatedCredential", "ManagedIdentity", "Platform", "Registration", "SignInService"]

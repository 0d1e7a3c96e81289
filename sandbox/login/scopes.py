"""Scopes as clients spell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.login.refusals import SignInRefusal

if TYPE_CHECKING:
    from sandbox.login.state import SignInState

OIDC_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
DEFAULT = ".default"
#: What clients call Azure Storage, in every cloud, and its one delegated permission.
STORAGE, STORAGE_SCOPE = "https://storage.azure.com", "user_impersonation"


def audience_of(state: SignInState, requested: str) -> str:
    """The resource that a token is asked for: Azure Storage if a scope names it, else Graph."""
    resources = {name.rpartition("/")[0].rstrip("/") for name in requested.split()}
    return STORAGE if STORAGE in resources else state.graph_url


def graph_scopes(state: SignInState, requested: str) -> set[str]:
    """Short names of the Graph scopes in a request. A scope without a host is Graph's; ".default" is all consented.

    Raises:
        SignInRefusal: The request names no scope, or a scope of another resource.
    """
    names = requested.split()
    if not names:
        raise SignInRefusal(70011)
    wanted: set[str] = set()
    for name in names:
        if name in OIDC_SCOPES:
            continue
        resource, _, short = name.rpartition("/")
        if resource.rstrip("/") not in ("", state.graph_url):
            raise SignInRefusal(500011, resource=resource, tenant=state.tenant.id)
        wanted |= state.consent.scopes if short == DEFAULT else {short}
    return wanted

"""Who can sign in: the tenant's own users, and the claims about them in a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.login.refusals import SignInRefusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.login.state import SignInState

    User = dict[str, Any]


def accounts(state: SignInState) -> Iterator[User]:
    """All who can sign in. The administrator first, who goes on working after having left the company."""
    yield state.user
    for user in state.tenant.directory["users"].live.values():
        if user["id"] != state.user["id"]:
            yield user


def find_account(state: SignInState, name: str) -> User:
    """The user with this name: the userPrincipalName, or of a guest the address at home.

    Raises:
        SignInRefusal: There is no such user, or the account may not sign in.
    """
    name = name.strip().lower()
    tenant = state.tenant
    for user in accounts(state):
        if name in {str(user["userPrincipalName"]).lower(), sign_in_name(user).lower()}:
            if user["accountEnabled"] is False:
                raise SignInRefusal(50057)
            return user
    domain = name.partition("@")[2]
    is_foreign = domain not in {str(known).lower() for known in tenant.lists["domains"]}
    raise SignInRefusal(50020 if is_foreign else 50034, account=name, tenant=tenant.id)


def is_guest(user: User) -> bool:
    """Whether the account lives in another tenant."""
    return "#EXT#" in str(user["userPrincipalName"])


def sign_in_name(user: User) -> str:
    """What the person types: a guest's address at home."""
    return str(user["mail"] if is_guest(user) and user["mail"] else user["userPrincipalName"])


def id_claims(user: User) -> dict[str, str]:
    """Claims about a person in an id token.

    https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
    """
    claims = {"name": str(user["displayName"]), "preferred_username": sign_in_name(user), "oid": str(user["id"])}
    if is_guest(user):
        claims["idp"] = "https://sts.windows.net/9cd80435-793b-4f48-844b-6b3f37d1c1f3/"
    return claims


def access_claims(user: User) -> dict[str, Any]:
    """Claims about a person in an access token for Graph."""
    claims: dict[str, Any] = {"acct": 1 if is_guest(user) else 0, "unique_name": sign_in_name(user)}
    return {**claims, "upn": user["userPrincipalName"]}

"""Who is looking, and what they may see.

Sign-in is Streamlit's own, by OpenID Connect with the tenant's Entra ID. Its cookie lives for 30 days and cannot be
revoked: so each run looks up whether the person's account is still active.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.data import Reader
from pages.warehouse import Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pages.settings import SignIn
    from pages.warehouse import Warehouse

PROVIDER = "microsoft"
READ, ADMIN = "pages.read", "pages.admin"
NOT_ALLOWED = (
    "You are signed in, but you may not see these pages. Ask an administrator of the pages for the role pages.read of "
    "their app in Entra."
)
NOT_ACTIVE = "Your account is not among the active accounts of the directory as it was read last."


@dataclass(frozen=True)
class Access:
    """What one person may do.

    Attributes:
        reader: The warehouse within what they may see.
        may_act: Whether they may connect and disconnect the tap.
        is_signed_in: Whether there is a sign-in that can be ended.
    """

    reader: Reader
    may_act: bool = False
    is_signed_in: bool = False


@dataclass(frozen=True)
class Refusal:
    """A person who may see nothing, with the reason in a sentence."""

    reason: str


def decide(claims: Mapping[str, Any], rules: SignIn, warehouse: Warehouse) -> Access | Refusal:
    """Return what a signed-in person may do.

    Args:
        claims: The claims of the ID token, which the sign-in has checked.
        rules: Who may see what.
        warehouse: To look up whether the account is active.
    """
    if str(claims.get("tid", "")).lower() != rules.tenant_id.lower():
        return Refusal("Your account belongs to another directory.")
    roles, person = claims.get("roles") or [], str(claims.get("oid") or "")
    addresses = {str(claims.get(name) or "").casefold() for name in ("email", "preferred_username")} - {""}
    is_admin = ADMIN in roles
    reads_all = is_admin or READ in roles or bool(addresses & rules.allowed)
    if not reads_all and not rules.shows_self:
        return Refusal(NOT_ALLOWED)
    everyone = Reader(warehouse)
    found = everyone.row("employees", person)
    # Before the first run no account is known yet, and an administrator has to connect.
    is_before_first_run = is_admin and everyone.count(Question("employees")) == 0
    if not is_before_first_run and (found is None or found["account_state"] not in {"active", "guest"}):
        return Refusal(NOT_ACTIVE)
    return Access(Reader(warehouse, None if reads_all else person), may_act=is_admin, is_signed_in=True)


def ask(rules: SignIn | None, warehouse: Warehouse) -> Access:
    """Return what the person at the page may do; without a right, show why and end the page."""
    if rules is None:
        return Access(Reader(warehouse), may_act=True)
    if not st.user.is_logged_in:
        st.title("Sign in", anchor=False)
        st.text("These pages show who works here and what they use. Sign in with your work account.")
        st.button("Sign in with Microsoft", type="primary", on_click=st.login, args=[PROVIDER])
        st.stop()
    decided = decide(st.user.to_dict(), rules, warehouse)
    if isinstance(decided, Access):
        return decided
    st.title("No access", anchor=False)
    st.text(decided.reason)
    st.button("Sign out", on_click=st.logout)
    st.stop()
    raise AssertionError("st.stop does not return")

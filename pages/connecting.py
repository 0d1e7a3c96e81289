"""The connection on the page: who is signed in to what, and connecting, checking and disconnecting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import parts, vocabulary, words
from pages.parts import Fact
from pages.state import current

if TYPE_CHECKING:
    from pages.connection import Attempt

_ELSEWHERE = (
    "The tap runs on another machine, so its sign-in does not show here. Set ENTRA_PAGES_AUTH to the command "
    "tap-entra-auth if it is on this one."
)


def show(*, may_act: bool) -> None:
    """Show the connection.

    Args:
        may_act: Whether the reader may connect and disconnect.
    """
    connection = current().connection
    if connection.attempt:
        _attempt()
        return
    status = connection.status()
    if status is None:
        st.text(_ELSEWHERE)
        return
    _facts(status)
    if status.get("problem"):
        st.warning(words.plain(f"{status['problem']} {status.get('action') or ''}"))
    elif status.get("note"):
        st.text(status["note"].replace("`", ""))
    if status.get("auth_flow", "delegated") == "delegated":
        _buttons(status, may_act=may_act)


def _facts(status: dict[str, Any]) -> None:
    is_person = status.get("auth_flow", "delegated") == "delegated"
    days = status.get("days_left")
    left = f"{words.number(int(days))} days, and each run starts them anew" if days is not None else "not known"
    parts.facts(
        [
            Fact("Signed in", words.text(status.get("account"), "no one yet") if is_person else "the app itself"),
            Fact("Tenant", words.text(status.get("tenant_id"))),
            *([Fact("Ends without use in", left)] if is_person and status.get("account") else []),
        ]
    )


def _buttons(status: dict[str, Any], *, may_act: bool) -> None:
    connection = current().connection
    if not may_act:
        st.caption("Connecting and disconnecting needs the role pages.admin.")
        return
    with st.container(horizontal=True):
        label = "Connect again" if status.get("account") else "Connect"
        is_urgent = bool(status.get("action_required"))
        if st.button(label, icon=":material/login:", type="primary" if is_urgent else "secondary"):
            if not connection.connect():
                st.info("Someone else is connecting right now. Try again when they have finished.")
                return
            st.rerun()
        wants_check = st.button("Check", icon=":material/fact_check:", help="Ask Microsoft for a row of each list")
        if status.get("account") and st.button("Disconnect", icon=":material/logout:"):
            _confirm()
    if wants_check:
        with st.spinner("Asking Microsoft for a row of each list"):
            checked = connection.check()
        _checked(checked)


@st.dialog("Disconnect?")  # type: ignore[untyped-decorator]
def _confirm() -> None:
    st.text(
        "The tap forgets its sign-in, and the next run brings no data. The data that has arrived stays. To withdraw "
        "the consent too: Entra admin center, Enterprise applications, the app, Permissions, Revoke permission."
    )
    if st.button("Disconnect", type="primary"):
        current().connection.disconnect()
        st.rerun()


@st.fragment(run_every=2)  # type: ignore[untyped-decorator]
def _attempt() -> None:
    connection = current().connection
    attempt = connection.attempt
    if attempt is None:
        st.rerun()
        return
    _steps(attempt)
    label = "Cancel" if attempt.is_running else "Close"
    if st.button(label):
        connection.forget_attempt()
        st.rerun()


def _steps(attempt: Attempt) -> None:
    code, signed_in = attempt.step("code"), attempt.step("signed_in")
    checked, failed = attempt.step("checked"), attempt.step("failed")
    if failed:
        st.error(words.plain(f"{failed['problem']} {failed['action']}"))
    elif signed_in:
        st.success("Signed in.")
        st.text(signed_in["account"])
        if checked:
            _checked(checked)
        elif attempt.is_running:
            st.text("Asking Microsoft for a row of each list.")
    elif code and attempt.is_running:
        st.text("Open this page, on any machine, and enter the code:")
        st.code(code["page"], language=None)
        st.code(code["code"], language=None)
        minutes = max(1, round((code["expires_in_s"] - attempt.age_s) / 60))
        st.text(f"The code is good for {words.count(minutes, 'minute', 'minutes')} more.")
    elif attempt.is_running:
        st.text("Asking Microsoft for a code.")
    else:
        st.error("The attempt ended without an answer. Connect again.")


def _checked(checked: dict[str, Any]) -> None:
    streams = checked.get("streams") or []
    if not streams:
        st.error(words.plain(f"{checked.get('problem') or 'The check gave no answer.'} {checked.get('action') or ''}"))
        return
    failing = [one for one in streams if not one.get("works")]
    if not failing:
        st.success(f"All {len(streams)} lists can be read.")
        return
    st.warning(f"{len(streams) - len(failing)} of {words.count(len(streams), 'list', 'lists')} can be read.")
    for one in failing:
        st.text(f"{vocabulary.stream(one['stream'])}: missing {one.get('missing')}. {one.get('action') or ''}")

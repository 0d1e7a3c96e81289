"""Employees: who works here, with what."""

import streamlit as st

from pages import frame, list_view, parts, people, words
from pages.parts import Fact
from pages.warehouse import Question, Where

view = frame.view()
st.title("Employees", anchor=False)
if view.reader.only is None:
    unknown = view.reading("employees").unknown
    everybody = Question("employees", people.OF_PEOPLE)
    states = view.reader.counts(everybody, "account_state")
    admins = view.reader.counts(everybody, "is_admin")
    active = Question("employees", (*people.OF_PEOPLE, Where(("account_state",), "is", "active")))
    factors = view.reader.counts(active, "mfa_registered")
    known = factors.get(True, 0) + factors.get(False, 0)
    others = view.reader.count(Question("employees")) - view.reader.count(everybody)

    def figure(label: str, column: str, value: int, rests_on: str) -> Fact:
        """Return a number, or why it is not known."""
        reason = unknown.get(column)
        return Fact(label, words.NOT_KNOWN if reason else words.number(value), reason or rests_on)

    parts.figures([
        figure(
            "Active people", "user_id", states.get("active", 0),
            "Members whose account is enabled. No figure here counts "
            f"{words.count(others, 'account', 'accounts')} of services, rooms and shared mailboxes.",
        ),
        figure("Guests", "user_id", states.get("guest", 0), "People of other companies whose account is enabled."),
        figure(
            "Disabled or left", "user_id", states.get("disabled", 0) + states.get("left", 0),
            "Accounts that are disabled, and accounts removed since the first run.",
        ),
        figure("Admins", "is_admin", admins.get(True, 0), "People who hold an admin role, also through a group."),
        figure(
            "No second factor", "mfa_registered", factors.get(False, 0),
            f"Active people without one, of {words.number(known)} whose methods are known.",
        ),
    ])  # fmt: skip
list_view.show(view, people.LISTING)

"""One person: what they have, how they came to it, and what to look into."""

import streamlit as st

from pages import apps, frame, list_view, parts, vocabulary, words
from pages.parts import Fact
from pages.warehouse import Question, Sort, Where

view = frame.view()
reading = view.reading("employees")
person = parts.one(view, "employees", "person")
name = words.text(person["display_name"], words.text(person["user_principal_name"], "No name"))
about = (Where(("user_id",), "is", person["user_id"]),)


def why(column: str) -> str:
    """Return why a column is not known."""
    return f"Not known: {reading.unknown[column]}" if column in reading.unknown else ""


with st.container(key="head", horizontal=True, vertical_alignment="center", gap="medium"):
    with st.container(key="photo", width=96):
        parts.picture(view, person, name)
    with st.container(gap=None):
        st.title(words.plain(name), anchor=False)
        roles = [person["job_title"], person["department"], person["company_name"]]
        st.text(" · ".join(one for one in roles if one) or "No job title and no department are filled in.")
    st.badge(vocabulary.ACCOUNT_STATE.get(person["account_state"], person["account_state"] or "Not known"))

no_sign_in = words.NOT_KNOWN if why("last_sign_in_at") else "None known"
cards = st.columns(4)
cards[0].metric(
    "Last sign-in",
    words.ago(person["last_sign_in_at"], view.as_of, view.zone, no_sign_in),
    help=words.plain(why("last_sign_in_at") or words.utc(person["last_sign_in_at"]) or "No record names one."),
    border=True,
)
cards[1].metric(
    "Apps used in 30 days",
    words.number(person["apps_used_30d"]),
    help=words.plain(why("apps_used_30d") or f"Apps of others and our own. Rests on {view.evidence}."),
    border=True,
)
cards[2].metric(
    "Licences",
    words.number(person["licence_count"]),
    help=words.plain(why("licences") or words.listed(person["licences"], 20)),
    border=True,
)
cards[3].metric(
    "Second factor",
    words.yes_no(person["mfa_registered"], "Set up", "Missing"),
    help=words.plain(why("mfa_registered") or "Microsoft lists no second factors of disabled accounts."),
    border=True,
)

left, right = st.columns([5, 2], gap="large")
with left:
    parts.findings_about(
        view,
        (Where(("subject_type",), "is", "employee"), Where(("subject_id",), "is", person["user_id"])),
        "Nothing to look into.",
    )
    st.header("Apps", anchor=False)
    st.text(f"Use rests on {view.evidence}.")
    list_view.show(view, apps.APPS_OF_PERSON, about)
with right:
    st.header("About", anchor=False)
    parts.facts(
        [
            Fact(
                "Account of",
                vocabulary.ACCOUNT_KIND.get(person["account_kind"], words.NOT_KNOWN),
                why("account_kind"),
            ),
            Fact("Mail", words.text(person["email"], "no mailbox")),
            Fact("Signs in as", words.text(person["user_principal_name"])),
            Fact("Office", words.text(person["office_location"], "not filled in")),
            Fact("Country", words.text(person["country"], "not filled in")),
            Fact("Employee number", words.text(person["employee_id"], "not filled in")),
            Fact("Account made", words.day(person["created_at"], view.zone), words.utc(person["created_at"])),
            Fact(
                "First day at work", words.day(person["hired_at"], view.zone) if person["hired_at"] else "not filled in"
            ),
            *([Fact("Disabled", words.day(person["disabled_at"], view.zone))] if person["disabled_at"] else []),
            *([Fact("Left", words.day(person["left_at"], view.zone))] if person["left_at"] else []),
        ]
    )
    if not view.reader.only:
        parts.decision(
            "Not a person's account?",
            "people_kinds",
            "For a service account, room, shared mailbox or emergency account",
            f"{person['user_id']},service account,NOTE",
        )
    st.header("Licences", anchor=False)
    st.text(
        "\n".join(person["licences"] or [words.listed(person["licences"])]), help=words.plain(why("licences")) or None
    )
    st.header("Admin roles", anchor=False)
    held = person["admin_roles"]
    st.text("\n".join(held or [words.listed(held)]), help=words.plain(why("admin_roles")) or None)
    st.header("Manager", anchor=False)
    if person["manager_id"]:
        st.page_link(
            "views/person.py",
            label=words.plain(words.text(person["manager_name"], "No name")),
            query_params={"id": person["manager_id"]},
        )
    else:
        st.text(why("manager_id") or "None.")
    st.header("Reports", anchor=False)
    reports = Question("employees", (Where(("manager_id",), "is", person["user_id"]),), (Sort("display_name"),))
    if why("manager_id"):
        st.text(why("manager_id"))
    elif not (total := view.reader.count(reports)):
        st.text("None.")
    else:
        for row in view.reader.rows(reports, limit=12):
            label = words.plain(words.text(row["display_name"], "No name"))
            st.page_link("views/person.py", label=label, query_params={"id": row["user_id"]})
        if total > 12:  # noqa: PLR2004 - as many as fit beside the rest
            st.text(f"and {words.number(total - 12)} more")

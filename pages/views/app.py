"""One app: who has it, who uses it, and what it may do."""

import streamlit as st

from pages import apps, frame, list_view, parts, people, vocabulary, words
from pages.data import why_not_known
from pages.parts import Fact
from pages.warehouse import Question, Sort, Where

view = frame.view()
reading = view.reading("applications")
app = parts.one(view, "applications", "app")
name = words.text(app["display_name"], "No name")
about = (Where(("app_id",), "is", app["app_id"]),)


def why(column: str) -> str:
    """Return why a column is not known."""
    return f"Not known: {reading.unknown[column]}" if column in reading.unknown else ""


def in_use() -> tuple[str, str]:
    """Return how many of those with access use the app, and what that rests on."""
    if reason := why("people_with_access") or why("people_30d"):
        return words.NOT_KNOWN, reason
    having = (*about, people.ENABLED, Where(("access",), "in", ["assigned", "through a group"]))
    used = view.reader.count(Question("person_apps", (*having, Where(("days_used_30d",), "more", 0))))
    of = app["people_with_access"]
    share = f" ({100 * used / of:.0f} %)" if of else ""
    return f"{words.number(used)} of {words.number(of)}{share}", f"In 30 days. Rests on {view.evidence}."


def credentials() -> tuple[str, str]:
    """Return how many secrets and certificates have ended or end soon."""
    if reason := why_not_known(("applications", "service_principals"), view.streams):
        return words.NOT_KNOWN, f"Not known: {reason}"
    ending = view.reader.count(
        Question(
            "insights", (Where(("subject_id",), "is", app["app_id"]), Where(("kind",), "is", "expiring_credential"))
        )
    )
    return (
        f"{words.number(ending)} ended or ending soon" if ending else "none ended or ending soon",
        "Those that have ended, or end within credential_days (30 as it comes). Each is a finding.",
    )


with st.container(key="head", horizontal=True, vertical_alignment="center", gap="medium"):
    with st.container(key="photo", width=64):
        parts.picture(view, app, name)
    with st.container(gap=None):
        st.title(words.plain(name), anchor=False)
        described = [app["product"], words.sentence(app["category"] or ""), app["publisher"]]
        st.text(" · ".join(dict.fromkeys(one for one in described if one)) or "Product and publisher are not known.")
    state = "Removed" if app["removed_at"] else words.yes_no(app["is_enabled"], "Enabled", "Disabled")
    st.badge(state, color="gray" if app["removed_at"] or app["is_enabled"] is False else "green")

cards = st.columns(4)
cards[0].metric(
    "People in 30 days",
    words.number(app["people_30d"]),
    help=words.plain(why("people_30d") or f"People who signed in. Rests on {view.evidence}."),
    border=True,
)
cards[1].metric(
    "People with access",
    "Everyone" if app["open_to_everyone"] else words.number(app["people_with_access"]),
    help=words.plain(why("people_with_access") or "People to whom it was assigned, by name or through a group."),
    border=True,
)  # fmt: skip
cards[2].metric(
    "Last use",
    words.ago(app["last_use_at"], view.as_of, view.zone, "None known"),
    help=words.plain(words.utc(app["last_use_at"]) or f"Rests on {view.evidence}."),
    border=True,
)
cards[3].metric(
    "Trend",
    vocabulary.TREND.get(app["trend"], "Not known yet"),
    help="The last 30 days beside the 30 days before. It takes 60 days of sign-ins to know.",
    border=True,
)

left, right = st.columns([3, 1], gap="large")
with left:
    parts.findings_about(
        view,
        (Where(("subject_id", "related_id"), "is", app["app_id"]), Where(("kind",), "is not", "unused_seat")),
        "Nothing to look into.",
    )
    parts.months(view, app["app_id"])
    st.header("People", anchor=False)
    st.text(f"Use rests on {view.evidence}.")
    list_view.show(view, apps.PEOPLE_OF_APP, about)
with right:
    st.header("About", anchor=False)
    parts.facts(
        [
            Fact("Made by", vocabulary.APP_KIND.get(app["kind"], words.NOT_KNOWN)),
            Fact("Publisher", words.text(app["publisher"])),
            Fact("Checked by Microsoft", words.yes_no(app["publisher_verified"])),
            Fact("Home page", words.text(app["home_page_url"] or app["publisher_domain"])),
            Fact("Owners", words.listed(app["owners"], 10), why("owners")),
            Fact("Who may sign in", words.yes_no(app["open_to_everyone"], "everyone", "people it is assigned to")),
            Fact("Assigned by name", words.number(app["people_assigned"]), why("people_assigned")),
            Fact("Through a group", words.number(app["people_assigned_by_group"]), why("people_assigned_by_group")),
            Fact("Use by those with access", *in_use()),
            Fact(
                "People in 90 days", words.number(app["people_90d"]), why("people_90d") or f"Rests on {view.evidence}."
            ),
            Fact("Sign-in method", words.text(app["sign_on_mode"])),
            Fact("First use", words.day(app["first_use_at"], view.zone), words.utc(app["first_use_at"])),
            Fact("Secrets and certificates", *credentials()),
            Fact("Decision", words.text(app["decision"], "undecided"), why("decision")),
            *(
                Fact(label, words.text(app[column]))
                for label, column in (
                    ("Answers for it", "decision_owner"),
                    ("Why", "decision_note"),
                    ("Until", "decision_until"),
                )
                if app[column]
            ),
        ]
    )
    parts.decision(
        "Decide about this app",
        "app_decisions",
        "To approve it (or: not permitted, in review, ignored)",
        f"{app['app_id']},,approved,OWNER,NOTE,,YOUR NAME,{view.as_of:%Y-%m-%d}",
    )
    st.header("Use by department", anchor=False)
    used = Question("person_apps", (*about, Where(("days_used_30d",), "more", 0)))
    departments = view.reader.counts(used, "department")
    if app["people_30d"] is None:
        st.text(why("people_30d") or "Not known.")
    elif not departments:
        st.text("No one in 30 days.")
    for department, number in sorted(departments.items(), key=lambda pair: -pair[1])[:12]:
        st.text(f"{words.text(department, 'No department')}: {words.count(number, 'person', 'people')}")

st.header("What it may do", anchor=False)
granted = view.reader.rows(
    Question("app_permissions", about, (Sort("risk", ranks=vocabulary.RISKS), Sort("words"))), limit=200
)
if why("permissions"):
    st.text(why("permissions"))
elif not granted:
    st.text("Nothing was granted.")
for row in granted:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        parts.risk(row["risk"])
        with st.container(gap=None):
            st.text(words.text(row["words"], row["permission"]).capitalize())
            by = (
                "an admin, for everyone"
                if row["consent"] == "admin"
                else words.count(row["people"], "person", "people")
            )
            st.caption(words.plain(f"{row['permission']} of {row['resource_name']}, allowed by {by}"))

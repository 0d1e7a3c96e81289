"""One finding: what it rests on, what to do, and whom it concerns."""

import streamlit as st

from pages import findings, frame, list_view, parts, vocabulary, words
from pages.evidence import evidence
from pages.parts import Fact
from pages.warehouse import Question, Where

PAGES = {"employee": ("views/person.py", "Open the person"), "application": ("views/app.py", "Open the app")}

view = frame.view()
finding = parts.one(view, "insights", "finding")
kind = vocabulary.kind(finding["kind"])

st.page_link(
    "views/findings.py", label=words.plain(kind.title), icon=":material/arrow_back:", query_params={"kind": kind.title}
)
st.title(words.plain(finding["title"]), anchor=False)
parts.severity(finding["severity"])

left, right = st.columns([3, 1], gap="large")
with left:
    st.header("What to do", anchor=False)
    st.text(finding["what_to_do"])
    with st.container(horizontal=True):
        for type_, id_ in ((finding["subject_type"], finding["subject_id"]), ("application", finding["related_id"])):
            if type_ in PAGES and id_ and (type_ != "application" or view.reader.row("applications", id_)):
                page, label = PAGES[type_]
                st.page_link(page, label=label, query_params={"id": id_}, icon=":material/open_in_new:")
    st.header("What it rests on", anchor=False)
    st.text(words.evidence(finding["evidence"], finding["observed_since"], view.zone).capitalize() + ".")
    parts.facts(evidence(finding["details"] or {}, view.zone))
with right:
    st.header("About", anchor=False)
    currency, own = finding["currency"], finding["estimated_monthly_saving"]
    saving = finding["saving_with_children"]
    share = f"{words.money(own or 0, currency)} by itself, the rest by its details." if finding["children"] else ""
    parts.facts(
        [
            Fact("Kind", kind.title),
            Fact("Subject", words.text(finding["subject_name"])),
            Fact("And", words.text(finding["related_name"], "nothing else")),
            Fact(
                "People", words.number(finding["people"]) if finding["people"] is not None else "no one in particular"
            ),
            Fact(
                "Could save a month",
                "no price known" if saving is None else words.money(saving, currency),
                "" if saving is None else share,
            ),
            Fact("Found", words.moment(finding["found_at"], view.zone), words.utc(finding["found_at"])),
            Fact("Decision", words.text(finding["decision"], "open")),
            *([Fact("Until", f"{finding['decision_until']}")] if finding["decision_until"] else []),
        ]
    )
    parts.seed_line(
        "insight_decisions",
        "To dismiss it (or postpone it: write postponed, and a day after the reason)",
        f"{finding['insight_id']},dismissed,REASON,,YOUR NAME,{view.as_of:%Y-%m-%d}",
    )

about = (Where(("parent_id",), "is", finding["insight_id"]),)
if view.reader.count(Question("insights", about)):
    st.header("Details of this finding", anchor=False)
    list_view.show(view, findings.DETAILS, about)

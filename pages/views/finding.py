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
    saving = words.money(finding["estimated_monthly_saving"], finding["currency"])
    parts.facts(
        [
            Fact("Kind", kind.title),
            Fact("Subject", words.text(finding["subject_name"])),
            Fact("And", words.text(finding["related_name"], "nothing else")),
            Fact(
                "People", words.number(finding["people"]) if finding["people"] is not None else "no one in particular"
            ),
            Fact("Could save a month", saving if finding["estimated_monthly_saving"] is not None else "no price known"),
            Fact("Found", words.moment(finding["found_at"], view.zone), words.utc(finding["found_at"])),
            Fact("Decision", words.text(finding["decision"], "open")),
        ]
    )
    st.caption("To close or postpone it, add this line to the seed insight_decisions.csv:")
    st.code(
        f"{finding['insight_id']},dismissed,REASON,,YOUR NAME,{view.as_of:%Y-%m-%d}", language=None, wrap_lines=True
    )

details = Question("insights", (Where(("parent_id",), "is", finding["insight_id"]),), findings.LISTING.first[1])
if view.reader.count(details):
    st.header("Details of this finding", anchor=False)
    list_view.show(view, findings.LISTING, details.where)

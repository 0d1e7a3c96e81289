"""Insights: what to look into, a card for each kind of finding."""

import streamlit as st

from pages import findings, frame, parts, vocabulary, words
from pages.warehouse import Question, Sort

view = frame.view()
st.title("Insights", anchor=False)
st.text(f"What was found as of {words.moment(view.as_of, view.zone)}. Use rests on {view.evidence}.")
kinds = view.reader.rows(
    Question(
        "insight_kinds", (), (Sort("worst_severity", ranks=vocabulary.SEVERITIES), Sort("findings", is_descending=True))
    )
)
# The list behind a card leaves out what is a detail of another finding, or closed: so does the number on it.
numbers = view.reader.counts(Question("insights", findings.OPEN), "kind")
kinds = [row for row in kinds if numbers.get(row["kind"])]
if reason := view.reader.unknown("insight_kinds", view.streams).get("kind"):
    st.info(words.plain(f"Nothing is known yet: {reason}."))
elif not kinds:
    st.info("Nothing to look into. More days of sign-ins may show more.")
by_category = {
    title: [row for row in kinds if vocabulary.kind(row["kind"]).category == category]
    for category, title in vocabulary.CATEGORIES.items()
}
shown = {"All": kinds, **{title: rows for title, rows in by_category.items() if rows}}
chosen = st.segmented_control(
    "Category", list(shown), default="All", required=True, key="category", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
for row in shown.get(chosen or "All", kinds):
    kind = vocabulary.kind(row["kind"])
    with st.container(
        key=f"card_{row['kind']}", border=True, horizontal=True, vertical_alignment="center", gap="medium"
    ):
        with st.container(key=f"number_{row['kind']}", width=90):
            st.text(words.number(numbers[row["kind"]]))
        with st.container(gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.header(words.plain(kind.title), anchor=False, width="content")
                parts.severity(row["worst_severity"])
            st.text(kind.sentence)
            if row["estimated_monthly_saving"]:
                st.text(f"Could save {words.money(row['estimated_monthly_saving'], row['currency'])} a month.")
        st.page_link(
            "views/findings.py", label="Review", icon=":material/arrow_forward:", query_params={"kind": kind.title}
        )

"""Insights: what has changed since last week, and what to look into: a card for each kind of finding."""

import streamlit as st

from pages import findings, frame, news, parts, vocabulary, words
from pages.warehouse import Question, Sort, Where

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
savings = view.reader.sums(Question("insights", findings.OPEN), "saving_with_children", ("kind", "currency"))
counted = (Where(("fact",), "is", "open findings"), Where(("subject_type",), "is", "kind of finding"))
changes = {row["subject_id"]: row for row in view.reader.rows(Question("changes", counted))}
kinds = [row for row in kinds if numbers.get(row["kind"])]
is_known = not view.reader.unknown("insight_kinds", view.streams).get("kind")


def saving(*names: str) -> str:
    """Return what findings of these kinds could save a month."""
    totals: dict[str, float] = {}
    for (kind, currency), total in savings.items():
        if kind in names and total:
            totals[currency] = totals.get(currency, 0) + float(total)
    return " and ".join(words.money(total, currency) for currency, total in sorted(totals.items()))


def change(kind: str) -> str:
    """Return how the number of findings differs from that at the end of the month before; nothing if it does not."""
    row = changes.get(kind)
    if not row or not row["change_in_a_month"]:
        return ""
    moved = int(row["change_in_a_month"])
    return f"{words.number(abs(moved))} {'more' if moved > 0 else 'fewer'} than at the end of the month before."


def tile(number: int, one: str, many: str, page: str, **query: str) -> None:
    """Show how many there are of something, with a link to them."""
    with st.container(key=f"event_{one}", border=True, width="content", gap=None):
        with st.container(key=f"number_{one}"):
            st.text(words.number(number))
        st.page_link(page, label=one if number == 1 else many, query_params=query)


st.header("Since last week", anchor=False)
events = news.figures(view)
new = view.reader.count(Question("insights", findings.NEW))
resolved = view.reader.count(Question("resolved_insights", findings.RESOLVED_LATELY))
with st.container(key="week", horizontal=True, gap="small"):
    for figure in events:
        if figure.number:
            tile(figure.number, figure.event.one, figure.event.many, "views/news.py", event=figure.event.one)
    if new:
        tile(new, "New finding", "New findings", "views/findings.py", show="New")
    if resolved:
        tile(resolved, "Resolved finding", "Resolved findings", "views/resolved.py")
if not new and not resolved and all(figure.number == 0 for figure in events):
    st.text("Nothing came or went.")
for sentence in news.not_known(events):
    st.text(sentence)

st.header("To look into", anchor=False)
if is_known and kinds:
    total = saving(*numbers)
    st.text(
        f"Together they could save {total} a month."
        if total
        else "No saving is known: savings need your prices in the seed entra__licence_prices.csv."
    )
elif is_known:
    st.info("Nothing to look into. More days of sign-ins may show more.")
else:
    st.info(words.plain(f"Nothing is known yet: {view.reader.unknown('insight_kinds', view.streams)['kind']}."))
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
            st.text(" ".join(filter(None, [kind.sentence, change(row["kind"])])))
            if amount := saving(row["kind"]):
                st.text(f"Could save {amount} a month.")
        st.page_link(
            "views/findings.py", label="Review", icon=":material/arrow_forward:", query_params={"kind": kind.title}
        )

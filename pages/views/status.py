"""Status: whether the data is up to date, who is signed in, and each list by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import connecting, frame, health, parts, vocabulary, words
from pages.parts import Fact
from pages.vocabulary import OUTCOME, STREAM_STATE, STREAM_STATES
from pages.warehouse import Question, Sort

if TYPE_CHECKING:
    from pages.warehouse import Row

MOST_FIGURES = 4
MOST_RUNS = 10


def _missing(figures: list[str] | None) -> str:
    """Return the figures, and the kinds of findings, that a list would bring."""
    named = []
    for figure in figures or []:
        mart, _, column = figure.partition(".")
        named.append(
            vocabulary.kind(column).title if mart == "insights" else figure.replace("_", " ").replace(".", ": ")
        )
    return words.listed(named, MOST_FIGURES) if named else "nothing"


def _table(rows: list[dict[str, Any]], key: str, **options: Any) -> None:
    """Show all rows. Columns that can be selected are not sorted by a click on their head."""
    st.dataframe(
        rows, hide_index=True, height="content", on_select="rerun", selection_mode="single-column", key=key, **options
    )


def _compared(row: Row) -> str:
    """Return the rows of the newest day that was compared with Microsoft's own count."""
    if row["microsoft_count"] is None:
        return "not compared"
    loaded, counted = words.number(row["loaded_count"]), words.number(row["microsoft_count"])
    return f"{loaded} loaded, {counted} counted on {row['counted_day']}"


view = frame.view()
found = health.of(view.streams)
st.title("Status", anchor=False)
with st.container(key="state", horizontal=True, vertical_alignment="center", gap="small"):
    frame.badge(found)
    st.text(found.sentence)

runs = [row["last_run_at"] for row in view.streams.values() if row["last_run_at"]]
complete = [row["last_complete_at"] for row in view.streams.values() if row["last_complete_at"]]
left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch"):
    st.header("Connection", anchor=False)
    connecting.show(may_act=view.may_act)
with right, st.container(border=True, height="stretch"):
    st.header("Runs", anchor=False)
    last = max(runs, default=None)
    parts.facts(
        [
            Fact("Last run ended", words.moment(last, view.zone, "never"), words.utc(last)),
            Fact("Last complete list", words.moment(max(complete, default=None), view.zone, "never")),
            Fact(
                "Next run expected by",
                words.moment(last + timedelta(days=1), view.zone) if last else words.NOT_KNOWN,
                "A day after the last run: the schedule that ships with the project is daily.",
            ),
            Fact("Sign-ins are complete since", words.day(view.company["observed_since"], view.zone)),
        ]
    )

ended = view.reader.rows(Question("runs", (), (Sort("finished_at", is_descending=True),)), limit=MOST_RUNS)
if ended:
    st.header("Last runs", anchor=False)
    _table(
        [
            {
                "Ended": words.moment(row["finished_at"], view.zone),
                "Took": words.duration(row["finished_at"] - row["started_at"]),
                "Complete lists": words.number(row["complete"]),
                "Rows are missing": words.number(row["partial"]),
                "Not available": words.number(row["skipped"]),
                "Failed": words.number(row["failed"]),
                "Rows": words.number(row["rows"]),
            }
            for row in ended
        ],
        key="runs",
    )

st.header("Lists", anchor=False)
ranks = {state: rank for rank, state in enumerate(STREAM_STATES)}
rows = sorted(view.streams.values(), key=lambda row: (ranks.get(row["state"], 0), vocabulary.stream(row["stream"])))
if not rows:
    st.info("No list has been read yet. After the first run each has a row here.")
else:
    _table(
        [
            {
                "List": vocabulary.stream(row["stream"]),
                "State": STREAM_STATE.get(row["state"], row["state"]),
                "Why": words.sentence(row["reason"]),
                "What to do": words.text(row["action"], "nothing"),
                "Last complete": words.moment(row["last_complete_at"], view.zone, "never"),
                "Last run": OUTCOME.get(row["last_outcome"], "not known"),
                "Rows in that run": words.number(row["rows"]),
                "Newest entry": words.moment(row["newest_row_at"], view.zone, "not a log"),
                "Gap": f"{words.day(row['gap_from'])} to {words.day(row['gap_to'])}" if row["gap_to"] else "none",
                "Beside Microsoft's own count": _compared(row),
                "Not known without it": _missing(row["missing_figures"]),
                "Name in the tap": row["stream"],
            }
            for row in rows
        ],
        key="lists",
        column_config={"List": st.column_config.TextColumn(width=270)},
    )

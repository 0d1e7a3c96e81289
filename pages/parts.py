"""Small pieces that several pages show: facts, findings, permissions, people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from pages import findings, vocabulary, words
from pages.warehouse import Question, Sort, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pages.frame import View
    from pages.warehouse import Row

SEVERITY_COLOUR = {"high": "red", "medium": "orange", "low": "blue", "check": "violet", "info": "gray"}
RISK_COLOUR = {"critical": "red", "high": "red", "medium": "orange", "low": "blue", "none": "gray"}
MOST_FINDINGS = 8


@dataclass(frozen=True)
class Fact:
    """A label with its value.

    Attributes:
        help: What it rests on, or why it is not known.
    """

    label: str
    value: str
    help: str = ""


def facts(found: Sequence[Fact]) -> None:
    """Show facts one below the other."""
    for fact in found:
        with st.container(key=f"fact_{fact.label}", gap=None):
            st.caption(fact.label)
            st.text(fact.value, help=words.plain(fact.help) if fact.help else None)


def figures(shown: Sequence[Fact]) -> None:
    """Show a few numbers side by side."""
    for column, fact in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(fact.label, fact.value, help=words.plain(fact.help) if fact.help else None, border=True)


def findings_about(view: View, where: tuple[Where, ...], none: str) -> None:
    """Show the findings about a person or an app, most severe first. They are not for the person alone."""
    if view.reader.only:
        return
    reason = view.reader.unknown("insights", view.streams).get("insight_id")
    question = Question("insights", (*findings.OPEN, *where), findings.LISTING.first[1])
    total = view.reader.count(question)
    st.header(f"Findings ({words.number(total)})" if not reason else "Findings", anchor=False)
    if reason:
        st.text(f"Not known: {reason}")
    elif not total:
        st.text(none)
    for row in view.reader.rows(question, limit=MOST_FINDINGS):
        finding_card(row)
    if total > MOST_FINDINGS:
        with st.expander(f"{words.number(total - MOST_FINDINGS)} more"):
            for row in view.reader.rows(question, limit=200, offset=MOST_FINDINGS):
                finding_card(row)


def finding_card(row: Row) -> None:
    """Show one finding with what to do, and a link to its evidence."""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            severity(row["severity"])
            st.page_link(
                "views/finding.py",
                label=words.plain(row["title"]),
                query_params={"id": row["insight_id"]},
                width="stretch",
            )
        st.text(row["what_to_do"])


def seed_line(seed: str, why: str, line: str) -> None:
    """Show the line that a person adds to a seed: pages write nothing."""
    st.caption(f"{why}, add this line to `entra__{seed}.csv` in transform/entra/seeds. The next build follows it.")
    st.code(line, language=None, wrap_lines=True)


def decision(question: str, seed: str, why: str, line: str) -> None:
    """Offer the line for a seed behind a question.

    The line comes once the question is opened: a browser reads a megabyte and a half of script to show code.
    """
    box = st.expander(question, key="decision", on_change="rerun")
    if box.open:
        with box:
            seed_line(seed, why, line)


def severity(name: str) -> None:
    """Show a severity in a word and a colour."""
    st.badge(vocabulary.SEVERITY.get(name, name), color=SEVERITY_COLOUR.get(name, "gray"))


def risk(name: str | None) -> None:
    """Show a risk in a word and a colour."""
    st.badge(vocabulary.RISK.get(name or "", "Not known"), color=RISK_COLOUR.get(name or "", "gray"))


def picture(view: View, row: Row, name: str) -> None:
    """Show a person's photo; initials without one, and for an app."""
    # Streamlit takes a path for a file, so the picture is Markdown; neither address has marks of Markdown in it.
    address = view.picture(row, name)
    st.markdown(f"![{'Initials' if address.startswith('data:') else 'Photo'}]({address})")


def one(view: View, mart: str, what: str) -> Row:
    """Return the row that the address names. If the reader may see none, say so and end the page."""
    found = view.reader.row(mart, st.query_params.get("id", ""))
    if found is not None:
        return found
    st.title("Not found", anchor=False)
    st.info(f"There is no such {what} here, or you may not see it. It may be gone since the link was made.")
    st.stop()
    raise AssertionError("st.stop does not return")


def months(view: View, app_id: str) -> None:
    """Show people per month as a chart, with a sentence that says the same."""
    rows = view.reader.rows(Question("app_months", (Where(("app_id",), "is", app_id),), (Sort("month"),)))
    st.header("People per month", anchor=False)
    if reason := view.reader.unknown("app_months", view.streams).get("people"):
        st.text(f"Not known: {reason}")
        return
    if not rows:
        st.text(f"No sign-in is known. This rests on {view.evidence}.")
        return
    shown = rows[-13:]
    said = "; ".join(
        f"{words.month(row['month'])}: {words.count(row['people'], 'person', 'people')}, "
        f"{words.count(row['failures'], 'failed sign-in', 'failed sign-ins')}"
        + ("" if row["is_whole"] else " (part of the month)")
        for row in shown
    )
    st.bar_chart(
        [{"Month": words.month(row["month"]), "People": row["people"]} for row in shown],
        x="Month", y="People", height=220, sort=False, x_label="", alt=f"People per month. {said}",
    )  # fmt: skip
    st.text(f"{said}.")

"""A listing on a page: presets, filters, order, table, pages and the CSV file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import words
from pages.marts import MARTS
from pages.state import current
from pages.warehouse import Question, Where

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.frame import View
    from pages.listing import Listing, Reading
    from pages.warehouse import Row

PER_PAGE = 50
ROW_HEIGHT = 44
ANY = "Any"


def show(view: View, listing: Listing, base: tuple[Where, ...] = ()) -> None:
    """Show a listing.

    Args:
        view: Who reads, and what of.
        listing: The list.
        base: Conditions that the page itself sets, and the reader cannot take back.
    """
    reading = view.reading(listing.mart)
    chosen = _choices(view, listing, reading, base)
    where = (*base, *chosen)
    with st.container(key="toolbar", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        counted, turned = st.empty(), st.empty()
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            question = _ordered(listing, where)
            total = view.reader.count(question)
            address = current().sealer.address(listing, question, view.reader, view.browser, reading)
            st.link_button("Download CSV", address, icon=":material/download:", disabled=not total)
    pages = max(1, math.ceil(total / PER_PAGE))
    number = int(turned.pagination(pages, key="page", bind="query-params")) if pages > 1 else 1
    first, last = (number - 1) * PER_PAGE + 1, min(number * PER_PAGE, total)
    noun = words.count(total, *listing.noun)
    counted.text(noun if pages == 1 else f"{words.number(first)} to {words.number(last)} of {noun}")
    if total:
        table(view, listing, view.reader.rows(question, limit=PER_PAGE, offset=first - 1), reading)
    else:
        st.info(_why_empty(listing, reading, is_filtered=bool(chosen)), icon=":material/search_off:")
    not_known(listing, reading)


def table(view: View, listing: Listing, rows: list[Row], reading: Reading, key: str = "table") -> None:
    """Show rows as a table; a name opens its row."""

    def open_row() -> None:
        clicked = st.session_state[f"{key}_open"]
        # A callback cannot switch pages: the current page does it when it runs next.
        st.session_state["open"] = listing.target(rows[clicked["row"]])

    data = [_cells(view, listing, row, reading) for row in rows]
    st.dataframe(
        data,
        hide_index=True,
        height="content",
        row_height=ROW_HEIGHT,
        column_config=_columns(listing, reading, f"{key}_open", open_row),
        # Columns that can be selected are not sorted by a click on their head, which would sort this page alone.
        on_select="rerun",
        selection_mode="single-column",
        key=f"{key}_rows",
    )
    _open_by_name(listing, rows, key)
    if target := st.session_state.pop("open", None):
        page, row_id = target
        st.switch_page(page, query_params={"id": row_id})


def _open_by_name(listing: Listing, rows: list[Row], key: str) -> None:
    """Offer the rows of the page as a list: names in a grid open by mouse and touch alone."""
    # Two rows may have one name: the number keeps them apart.
    named = {
        f"{number}. {words.text(row[listing.opens.column], listing.opens.missing)}": listing.target(row)
        for number, row in enumerate(rows, 1)
    }
    chosen = st.selectbox(
        f"Open one of these {listing.noun[1]}", list(named), index=None, key=f"{key}_named", width=360,
        placeholder="Type or choose one",
    )  # fmt: skip
    if chosen in named:
        st.session_state["open"] = named[chosen]


def not_known(listing: Listing, reading: Reading) -> None:
    """Say which columns are not known, and why."""
    reasons: dict[str, list[str]] = {}
    for shown in listing.all_columns:
        if reason := reading.unknown.get(shown.column):
            reasons.setdefault(reason, []).append(shown.label)
    for reason, labels in reasons.items():
        st.text(f"Not known: {', '.join(labels)} ({reason}).")


def _choices(view: View, listing: Listing, reading: Reading, base: tuple[Where, ...]) -> tuple[Where, ...]:
    where: list[Where] = []
    presets = {preset.label: preset for preset in listing.presets}
    if presets:
        first = next(iter(presets))
        chosen = st.segmented_control(
            "Show", list(presets), default=first, required=True, key="show", bind="query-params",
            on_change=_first_page, label_visibility="collapsed",
        )  # fmt: skip
        where.extend(presets.get(chosen or first, presets[first]).where)
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        typed = listing.searched and st.text_input(
            "Search", key="search", placeholder=f"Search {listing.noun[1]}", icon=":material/search:", width=180,
            on_change=_first_page,
        )  # fmt: skip
        if typed and typed.strip():
            where.append(Where(listing.searched, "contains", typed.strip()))
        for one in listing.filters:
            # What is not known cannot be chosen; the line below the table says why.
            if one.column in reading.unknown:
                continue
            options = one.options(view.reader.counts(Question(listing.mart, base), one.column))
            value = st.selectbox(
                one.label, list(options), index=None, key=one.key, bind="query-params", placeholder=ANY, width=127,
                on_change=_first_page,
            )  # fmt: skip
            if value is not None and value in options:
                is_array = MARTS[listing.mart].columns[one.column].endswith("[]")
                where.append(one.where(options[value], is_array=is_array))
    return tuple(where)


def _ordered(listing: Listing, where: tuple[Where, ...]) -> Question:
    order = st.selectbox(
        "Sort by", list(listing.orders()), key="sort", bind="query-params", width=180, on_change=_first_page,
        label_visibility="collapsed",
    )  # fmt: skip
    is_reversed = st.toggle("Reverse", key="reverse", bind="query-params", on_change=_first_page)
    return listing.question(where, order or listing.first[0], is_reversed=is_reversed)


def _cells(view: View, listing: Listing, row: Row, reading: Reading) -> dict[str, Any]:
    picture = {listing.pictures: view.picture(row, row[listing.opens.column])} if listing.pictures else {}
    return {**picture, **{shown.label: shown.cell(row, reading) for shown in listing.all_columns}}


def _columns(listing: Listing, reading: Reading, key: str, open_row: Callable[[], None]) -> dict[str, Any]:
    config: dict[str, Any] = {listing.pictures: st.column_config.ImageColumn(listing.pictures, width=70, pinned=True)}
    for shown in listing.columns:
        reason = reading.unknown.get(shown.column)
        config[shown.label] = st.column_config.TextColumn(
            shown.label,
            width=shown.width,
            alignment="right" if shown.is_number else "left",
            help=words.plain(f"Not known: {reason}") if reason else None,
        )
    config[listing.opens.label] = st.column_config.ButtonColumn(
        listing.opens.label, width=listing.opens.width, type="tertiary", alignment="left", pinned=True, key=key,
        on_click=open_row,
    )  # fmt: skip
    return config


def _why_empty(listing: Listing, reading: Reading, *, is_filtered: bool) -> str:
    first = MARTS[listing.mart].key[0]
    if reason := reading.unknown.get(first):
        return words.plain(f"Nothing is known yet: {reason}.")
    return "Nothing fits these choices." if is_filtered else f"There are no {listing.noun[1]}."


def _first_page() -> None:
    st.session_state["page"] = 1

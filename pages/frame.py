"""What every page begins and ends with: the style, the company, the state of the data, and what cannot be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import streamlit as st

from pages import access, health, style, words
from pages.data import Reader
from pages.listing import Reading
from pages.photos import browser_of, initials
from pages.state import current
from pages.warehouse import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from streamlit.navigation.page import StreamlitPage

    from pages.warehouse import Row

#: Pages for people who see only themselves.
OPEN_TO_ALL = frozenset({"", "start", "employees", "person"})
BLIND_SPOT = (
    "These pages see sign-ins through Microsoft Entra ID and nothing else. They see neither what people do inside an "
    "app, nor apps that people open with a separate password."
)


@dataclass(frozen=True)
class View:
    """What a page needs to know of its reader and of the data.

    Attributes:
        reader: The warehouse within what the person may see.
        company: The row of the company.
        streams: State of each stream by name.
        zone: The reader's time zone.
        browser: The cookie that addresses of photos are bound to.
        may_act: Whether the reader may connect and disconnect.
        is_signed_in: Whether there is a sign-in that can be ended.
    """

    reader: Reader
    company: Row
    streams: dict[str, Row]
    zone: tzinfo
    browser: str
    may_act: bool = True
    is_signed_in: bool = False

    @property
    def as_of(self) -> datetime:
        """The instant that the views call now, UTC."""
        found: datetime | None = self.company["as_of"]
        return found or datetime.now(timezone.utc).replace(tzinfo=None)

    @property
    def evidence(self) -> str:
        """What figures of use rest on."""
        return words.evidence(self.company["evidence"], self.company["observed_since"], self.zone)

    def reading(self, mart: str) -> Reading:
        """Return how the values of a mart are to be read."""
        return Reading(self.as_of, self.zone, self.reader.unknown(mart, self.streams))

    def picture(self, row: Row, name: str | None) -> str:
        """Return the address of a person's photo; initials without one, and for an app."""
        if row.get("photo_sha256"):
            return current().signer.address(row["photo_sha256"], self.browser)
        return initials(name)


_COLOUR = {health.ACTIVE: "green", health.GETTING_DATA: "blue", health.ACTION_REQUIRED: "red"}
_ICON = {
    health.ACTIVE: ":material/check_circle:",
    health.GETTING_DATA: ":material/hourglass_top:",
    health.ACTION_REQUIRED: ":material/error:",
}


def run(pages: Sequence[StreamlitPage]) -> None:
    """Show the page that the address names, between header and footer."""
    st.set_page_config(page_title="Entra", page_icon=initials("Entra"), layout="wide", menu_items={})
    style.apply()
    page = st.navigation(list(pages), position="top")
    try:
        shown = view()
        _header(shown)
        if shown.reader.only and page.url_path not in OPEN_TO_ALL:
            st.info("You see only yourself here. This page is about the whole company.")
            st.page_link("views/employees.py", label="Show me", icon=":material/arrow_back:")
        else:
            page.run()
    except WarehouseError as error:
        st.error(f"{error} The page can show nothing now. Load it again in a moment.")
        return
    st.caption(BLIND_SPOT)


def badge(found: health.Health) -> None:
    """Show the state of the data in a word and a colour."""
    st.badge(found.state, icon=_ICON[found.state], color=_COLOUR[found.state])


def view() -> View:
    """Return what the page at hand needs to know; without a right to see it, end the page."""
    state = current()
    granted = access.ask(state.settings.sign_in, state.warehouse)
    everyone = Reader(state.warehouse)
    return View(
        reader=granted.reader,
        company=everyone.company(),
        streams=everyone.streams(),
        zone=words.zone(st.context.timezone),
        browser=_browser(),
        may_act=granted.may_act,
        is_signed_in=granted.is_signed_in,
    )


def _browser() -> str:
    cookies = st.context.cookies
    # A page that a test runs has no browser.
    return browser_of(dict(cookies)) if isinstance(cookies, Mapping) else ""


def _header(shown: View) -> None:
    company = shown.company
    found = health.of(shown.streams)
    with st.container(key="company", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.text(words.text(company["display_name"], "Your company"))
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            st.text(f"As of {words.moment(company['as_of'], shown.zone)}", help=words.utc(company["as_of"]) or None)
            badge(found)
            if shown.is_signed_in:
                st.button("Sign out", on_click=st.logout, type="tertiary")
    if found.state != health.ACTIVE:
        st.warning(words.plain(found.sentence))

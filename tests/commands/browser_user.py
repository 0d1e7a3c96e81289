"""A person at a browser, who follows the forms of pages. As a program it stands in for the browser itself."""

from __future__ import annotations

import json
import os
import re
import sys
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

TIMEOUT_S = 20


class Page(HTMLParser):
    """The first form of a page: where it leads, and its hidden fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._forms = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._forms += 1
            if self._forms == 1:
                self.action = given.get("action")
        if tag == "input" and given.get("type") == "hidden" and self._forms == 1:
            self.fields[given["name"]] = given["value"]


def browse(url: str, choices: list[dict[str, str]]) -> str:
    """Go from page to page until no choice is left, and return what the last one says, or where it sends the browser.

    A form that leads elsewhere is submitted at once, as its script would do.

    Args:
        choices: Form fields for one page each, e.g. [{"account": "mia@contoso.example"}, {"consent": "accept"}].
    """
    with requests.Session() as session:
        response = session.get(url, timeout=TIMEOUT_S)
        while True:
            page = Page(response.text)
            if response.is_redirect:
                return response.headers["Location"]
            if page.action:
                response = session.post(urljoin(response.url, page.action), data=page.fields, timeout=TIMEOUT_S)
            elif choices:
                form = {**page.fields, **choices.pop(0)}
                response = session.post(response.url, data=form, timeout=TIMEOUT_S, allow_redirects=False)
            else:
                return re.sub(r"<[^>]+>", " ", response.text)


if __name__ == "__main__":
    browse(sys.argv[1], json.loads(os.environ["PERSON"]))

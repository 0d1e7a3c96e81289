"""The yardstick of what a row costs: a loop that only asks, decodes, and prints each row."""

from __future__ import annotations

import json
import sys

import requests

session = requests.Session()
link: str | None = sys.argv[1]
while link:
    page = json.loads(session.get(link, timeout=60).content)
    for row in page["value"]:
        print(json.dumps(row))  # noqa: T201
    link = page.get("@odata.nextLink")

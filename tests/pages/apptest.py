"""Runs pages without a browser, in the environment of the pages: a line of JSON in, a line of JSON out.

In: {"page": "person", "query": {...}, "state": {...}}; out: what the page shows.
"""

from __future__ import annotations

import json
import logging
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

HOME = Path(__file__).parents[2] / "pages" / "home.py"
TEXTS = ("title", "header", "subheader", "text", "caption", "code", "markdown", "info", "warning", "error", "success")


def shown(asked: dict[str, Any]) -> dict[str, Any]:
    test = AppTest.from_file(str(HOME), default_timeout=30)
    test.switch_page(f"views/{asked['page']}.py")
    for name, value in asked.get("query", {}).items():
        test.query_params[name] = value
    test.run()
    for key, value in asked.get("state", {}).items():
        test.session_state[key] = value
    if asked.get("state"):
        test.run()
    return {
        **{name: [element.value for element in getattr(test, name)] for name in TEXTS},
        "facts": facts(test),
        "exception": [element.value for element in test.exception],
        "metric": {element.label: element.value for element in test.metric},
        "metric_help": {element.label: element.help for element in test.metric},
        "tables": [json.loads(element.value.to_json(orient="records")) for element in test.dataframe],
        "choices": {element.label: element.options for element in test.selectbox},
        "disabled": [element.label for element in test.selectbox if element.disabled],
    }


def facts(test: AppTest) -> dict[str, str]:
    """Return the texts that stand below a label, by label."""
    elements = [element for element in test.main if hasattr(element, "value")]
    return {one.value: two.value for one, two in pairwise(elements) if (one.type, two.type) == ("caption", "text")}


def main() -> None:
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(shown(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

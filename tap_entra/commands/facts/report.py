"""The table of the facts for a terminal, and the report for a bug tracker."""

from __future__ import annotations

import platform
import textwrap
from collections import Counter
from importlib.metadata import version
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from tap_entra.commands.facts.fact import Verdict

if TYPE_CHECKING:
    from tap_entra.commands.facts.asking import Answers, Finding

_HEADINGS = ("assumed", "observed", "result", "what the tap does then")
_RESULT = len("not seen")
_GAP = "  "
_NARROWEST, _WIDEST = 72, 140


class FactsReport:
    """Writes findings as rows of a table that fits a terminal.

    Args:
        columns: The width of the terminal.
    """

    def __init__(self, columns: int) -> None:
        free = max(_NARROWEST, min(columns, _WIDEST)) - _RESULT - 3 * len(_GAP)
        self._widths = (free // 3, free // 3, _RESULT, free - 2 * (free // 3))

    def head(self, cloud: str) -> str:
        """Return what comes above the first row."""
        return f"What Graph does ({cloud} cloud), and what the tap assumes; at most two minutes:\n" + "\n".join(
            [self._lines(_HEADINGS), self._lines(tuple("-" * width for width in self._widths))]
        )

    def row(self, finding: Finding) -> str:
        """Return the row of a finding."""
        seen = finding.seen
        then = finding.fact.then if seen.verdict is Verdict.OTHER else "-"
        return self._lines((finding.fact.assumed, seen.observed, seen.verdict.value, then))

    def foot(self, answers: Answers) -> str:
        """Return what comes below the last row."""
        counts = Counter(finding.seen.verdict for finding in answers.findings)
        summary = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict)
        stopped = " Stopped." if answers.was_stopped else ""
        report = " Please report what is other." if counts[Verdict.OTHER] else ""
        return f"{summary}; {answers.requests} requests in {answers.took_s:.0f} s.{stopped}{report}"

    def _lines(self, cells: tuple[str, ...]) -> str:
        wrapped = [
            textwrap.wrap(cell, width, break_on_hyphens=False) for cell, width in zip(cells, self._widths, strict=True)
        ]
        lines = zip_longest(*wrapped, fillvalue="")
        return "\n".join(
            _GAP.join(f"{part:<{width}}" for part, width in zip(line, self._widths, strict=True)).rstrip()
            for line in lines
        )


def facts_as_json(answers: Answers, cloud: str, permissions: tuple[str, ...]) -> dict[str, Any]:
    """Return the report: shapes, counts and codes, and nothing of the tenant."""
    return {
        "tap": version("tap-entra"),
        "python": platform.python_version(),
        "cloud": cloud,
        "permissions": list(permissions),
        "requests": answers.requests,
        "seconds": round(answers.took_s, 1),
        "stopped": answers.was_stopped,
        "facts": [
            {
                "fact": finding.fact.name,
                "assumed": finding.fact.assumed,
                "observed": finding.seen.observed,
                "result": finding.seen.verdict.value,
                "then": finding.fact.then,
                "streams": list(finding.fact.streams),
            }
            for finding in answers.findings
        ],
    }

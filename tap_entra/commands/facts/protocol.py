"""Facts about every answer: its headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_entra.commands.facts.fact import Fact, Known, Question, judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_entra.commands.facts.fact import Inquiry


def _has_headers(*names: str) -> Callable[[Known], Inquiry]:
    """Ask whether an answer has these headers."""

    def ask(_: Known) -> Inquiry:
        reply = yield Question("/v1.0/organization?$select=id")
        reply.raise_unless_told()
        missing = [name for name in names if name not in reply.headers]
        return judge(not missing, f"without {', '.join(missing)}" if missing else "as assumed")

    return ask


FACTS = (
    Fact(
        "request_id",
        assumed="Answers carry request-id",
        ask=_has_headers("request-id"),
        then="Messages and stream_runs name no request id; nothing else changes",
    ),
    Fact(
        "date",
        assumed="Answers carry Date",
        ask=_has_headers("Date"),
        then="Log windows follow the time in an error, for which the tap asks once",
    ),
    Fact(
        "resource_units",
        assumed="Answers carry x-ms-resource-unit",
        ask=_has_headers("x-ms-resource-unit"),
        then="Each request counts as one unit; Graph's 429 slows the tap down",
    ),
)

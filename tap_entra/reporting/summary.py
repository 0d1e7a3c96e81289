"""The closing summary of a run: a table for the log, and Singer metrics for monitoring."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from singer_sdk import metrics

from tap_entra.reporting.outcome import Outcome, text_of

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

    from tap_entra.reporting.outcome import StreamResult

#: The most urgent first.
_BY_URGENCY = (Outcome.FAILED, Outcome.PARTIAL, Outcome.SKIPPED, Outcome.COMPLETE)
_NAMED = 3


class Measure(str, Enum):
    """Metrics that the SDK has no name for."""

    REMOVED_COUNT = "removed_count"
    THROTTLED_SECONDS = "throttled_seconds"


def _keep_tags(record: logging.LogRecord) -> bool:
    """Keep the tags of a metric in its line.

    For exactly the SDK's own format, its structured log moves the metric into a field, of which Meltano's console shows
    the name and the value alone. The blank keeps the line whole; the field stays for logs in JSON.
    """
    point = record.args[0] if isinstance(record.args, tuple) and record.args else None
    if isinstance(point, metrics.Point):
        record.msg = f"{str(record.msg).rstrip()} "
        record.metric_info = point.to_dict()
    return True


metrics.get_metrics_logger().addFilter(_keep_tags)


@dataclass(frozen=True)
class RunSummary:
    """The results of a run, reported when it ends.

    Attributes:
        results: One per stream, in the order they were read.
        exit_code: The exit code of the tap.
        requests, waited_s: Totals of the run; some requests belong to no stream.
    """

    run_id: str
    results: list[StreamResult]
    exit_code: int
    duration_s: float
    requests: int
    waited_s: float

    def lines(self) -> list[str]:
        """Return an aligned line per stream, then gaps and problems; the last line says what to do next, if any."""
        head = f"{'stream':<38}{'outcome':<10}{'rows':>9}{'removed':>9}{'requests':>10}{'throttled':>11}"
        streams = [
            _line(one.stream, one.outcome.value, one.rows, one.deleted, one.requests, one.waited_s)
            for one in self.results
        ]
        rows, deleted = (sum(getattr(one, name) for one in self.results) for name in ("rows", "deleted"))
        total = _line("all", f"exit {self.exit_code}", rows, deleted, self.requests, self.waited_s)
        gaps = [
            f"{one.stream}: never read from {text_of(one.gap[0])} to {text_of(one.gap[1])}"
            for one in self.results
            if one.gap
        ]
        *others, urgent = [*_actions(self.results)] or [""]
        next_ = [f"To do next: {urgent}"] if urgent else []
        earlier = [one.stream for one in self.results if one.is_first and one.deleted]
        first = (
            [f"In a first run, removed counts what Microsoft deleted earlier: {', '.join(earlier)}"] if earlier else []
        )
        return [*first, head, *streams, total, *gaps, *others, *next_]

    def points(self) -> Iterator[metrics.Point[Any]]:
        """Yield the same as Singer metrics. The status of `job_duration` shows problems. A missing metric means 0."""
        for one in self.results:
            finished = one.finished_at or one.started_at
            facts = {"stream": one.stream, "job_type": "stream", "outcome": one.outcome.value}
            facts |= {"graph_code": one.graph_code} if one.graph_code else {}
            taken_s = (finished - one.started_at).total_seconds()
            yield from _points(facts, taken_s, one.requests, one.waited_s, is_well=not one.outcome.is_trouble)
            if one.deleted:
                yield _point("counter", Measure.REMOVED_COUNT, one.deleted, facts)
        facts = {"job_type": "run", "run_id": self.run_id, "exit_code": str(self.exit_code)}
        yield from _points(facts, self.duration_s, self.requests, self.waited_s, is_well=self.exit_code == 0)

    def measure(self) -> None:
        """Write the metrics into the log."""
        for point in self.points():
            metrics.log(metrics.get_metrics_logger(), point)


def _line(*columns: Any) -> str:
    name, outcome, rows, removed, requests, waited_s = columns
    waited = f"{waited_s:,.0f} s" if waited_s >= 1 else "-"
    return f"{name:<38}{outcome:<10}{rows:>9,}{removed:>9,}{requests:>10,}{waited:>11}"


def _actions(results: list[StreamResult]) -> Iterator[str]:
    """Yield problems and actions, the most urgent last; the same action for several streams is one line."""
    streams: dict[tuple[str | None, str], list[str]] = {}
    for one in sorted(results, key=lambda one: _BY_URGENCY.index(one.outcome)):
        if one.action:
            streams.setdefault((one.graph_code, one.action), []).append(one.stream)
    for (code, action), names in reversed(streams.items()):
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield f"{', '.join(names[:_NAMED])}{more}: {f'{code}: ' if code else ''}{action}"


def _points(
    facts: dict[str, str], taken_s: float, requests: int, waited_s: float, *, is_well: bool
) -> Iterator[metrics.Point[Any]]:
    status = metrics.Status.SUCCEEDED if is_well else metrics.Status.FAILED
    yield _point("timer", metrics.Metric.JOB_DURATION, round(taken_s, 3), {**facts, "status": status.value})
    yield _point("counter", metrics.Metric.HTTP_REQUEST_COUNT, requests, facts)
    if waited_s:
        yield _point("timer", Measure.THROTTLED_SECONDS, round(waited_s, 3), facts)


def _point(kind: str, measure: Any, value: float, facts: dict[str, str]) -> metrics.Point[Any]:
    return metrics.Point(kind, measure, value, {**facts, metrics.Tag.PID.value: os.getpid()})

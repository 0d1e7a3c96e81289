"""A company that runs the tap day after day, whatever happens to it."""

from __future__ import annotations

import json
import signal
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sandbox import Sandbox
from tap_entra.graph.pacing import Pacer
from tap_entra.tap import LoaderGoneError, TapEntra
from tests.reliability.truth import STREAMS, Mistakes, Truth
from tests.reliability.typed_warehouse import TypedWarehouse
from tests.warehouse import selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_entra.graph import GraphClient
    from tests.loader import Message, Row

#: Nothing here depends on the day on which it is tried.
_STARTS = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
_HURRY = 20_000
#: Long enough to wait for minutes once, and no longer: a client that waits for a second may ask hundreds of times.
_BUDGET_MINUTES = 6
#: The sandbox refuses connections for no longer than that.
_REFUSES_S = 0.3


class ImpatientTap(TapEntra):
    """The tap, except that its waits are short, and that it keeps to no report limit."""

    @override
    def _sleep(self, wait_s: float) -> None:
        super()._sleep(wait_s / _HURRY)

    @cached_property
    @override
    def client(self) -> GraphClient:
        client = super().client
        client._sleep = lambda wait_s: client._stop.wait(wait_s / _HURRY)
        pacing = client._pacing
        pacing.directory, pacing.reports = Pacer(), Pacer()
        pacing.sign_in_activity, pacing.certificates = Pacer(), Pacer()
        # The client waits out five minutes of silence by the clock, not by a nap.
        client._pacing.hold = lambda *_: None  # type: ignore[method-assign]
        return client


class KilledError(BaseException):
    """The tap is killed: nothing of its own may catch this."""


@dataclass(frozen=True)
class Death:
    """Who dies of what, and after how many messages of the tap."""

    who: str
    message: int

    def __str__(self) -> str:
        return f"{self.who} after message {self.message}"


@dataclass(frozen=True)
class RunEnd:
    """How a run ended.

    Attributes:
        code: The tap's exit code; -9 if it was killed.
        reports: Rows of `stream_runs` by stream; none if it could not write them.
    """

    code: int
    reports: dict[str, Row]

    def is_complete(self, stream: str) -> bool:
        """Whether the run says that all of a stream was read."""
        return self.reports.get(stream, {}).get("outcome") == "complete"

    @property
    def only_doubts(self) -> bool:
        """Whether nothing was wrong but that the list guard did not accept a list at once."""
        short = [report for report in self.reports.values() if report["outcome"] != "complete"]
        return bool(short) and all("Nothing was deleted" in str(report["action"]) for report in short)


class Company:
    """A tenant in a sandbox, a warehouse, and the daily run between them.

    Lists come in pages of a few rows, so that the little there is has pages enough to fail.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.faults = sandbox.faults
        self.faults.delta_page, self.faults.page_limit = 10, 12
        self.fine_weather = dict(vars(self.faults))
        self.begin_anew()

    def begin_anew(self) -> None:
        """An empty warehouse, and no state."""
        self.warehouse = TypedWarehouse()
        self.truth = Truth(self.sandbox)

    def calm_down(self) -> None:
        """From now on Graph shows its usual side, and listens."""
        self.faults.clear()
        if self.faults.strikes["refused_connection"]:
            time.sleep(_REFUSES_S)
        for name, value in self.fine_weather.items():
            if isinstance(value, (int, float)):
                setattr(self.faults, name, value)

    def run(
        self,
        death: Death | None = None,
        catalog: dict[str, Any] | None = None,
        *,
        state: dict[str, Any] | None = None,
        meanwhile: Callable[[Message], None] | None = None,
    ) -> RunEnd:
        """Run the tap once, in this process.

        Args:
            state: Instead of what the last run left; {} to read everything again.
            meanwhile: Called after each message that the warehouse took, unless somebody is to die.
        """
        warehouse = self.warehouse
        self.truth.begin_run(warehouse)
        warehouse.begin()
        self.sandbox.requests.clear()
        if meanwhile:
            warehouse.on_message = meanwhile
        if death:
            warehouse.on_message = _after(death.message, _DEATHS[death.who])
        tap = ImpatientTap(
            config={**self.sandbox.settings, "retry_budget_minutes": _BUDGET_MINUTES},
            state=json.loads(json.dumps(warehouse.state if state is None else state)),
            catalog=catalog or selection(),
            message_writer=warehouse,
        )
        code = self._code_of(tap)
        for thread in tap.client._threads._started:
            # A request that a stopped run has left under way must not meet the faults of the next one.
            thread.join(10)
        warehouse.end_of_pipe()
        reports = [one["record"] for one in warehouse.messages if is_report(one)] if code not in {-9, -13} else []
        return RunEnd(code, {report["stream"]: report for report in reports})

    def _code_of(self, tap: TapEntra) -> int:
        try:
            tap.sync_all()
        except SystemExit as end:
            return int(end.code or 0)
        except KilledError:
            return -9
        except LoaderGoneError:
            self.warehouse.die()
            return -13
        finally:
            for number, handler in _HANDLERS.items():
                signal.signal(number, handler)
        return 0

    def mistakes(
        self, ended: RunEnd, columns: dict[str, set[str]] | None = None, *, empties_late: bool = False
    ) -> dict[str, Mistakes]:
        """Where the warehouse is wrong about what the run says it knows, by stream.

        Args:
            empties_late: Whether rows of a list that is empty by now may wait for the next run.
        """
        found = {}
        for stream in STREAMS:
            if ended.is_complete(stream):
                mistakes = self.truth.mistakes(self.warehouse, stream, (columns or {}).get(stream))
                if mistakes and not (empties_late and not self.truth.has_rows(stream)):
                    found[stream] = mistakes
        return found

    def wrongly_deleted(self) -> list[str]:
        """Live rows that the last run, however it ended, has marked as deleted."""
        return [f"{stream} {key}" for stream in STREAMS for key in self.truth.wrongly_deleted(self.warehouse, stream)]


def is_report(message: Message) -> bool:
    """Whether it is a row of `stream_runs`."""
    return (message["type"], message.get("stream")) == ("RECORD", "stream_runs")


def _after(count: int, what: Callable[[], None]) -> Callable[[Message], None]:
    left = count

    def on_message(_: Message) -> None:
        nonlocal left
        left -= 1
        if left == 0 or (left < 0 and what is not _terminate and what is not _interrupt):
            what()

    return on_message


def _kill() -> None:
    raise KilledError


def _lose_the_loader() -> None:
    raise BrokenPipeError


def _terminate() -> None:
    signal.raise_signal(signal.SIGTERM)


def _interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


#: What can happen to a run from outside.
_DEATHS = {
    "kill -9 of the tap": _kill,
    "SIGTERM of the tap": _terminate,
    "Ctrl-C of the tap": _interrupt,
    "kill -9 of the loader": _lose_the_loader,
}
DEATHS = tuple(_DEATHS)
_HANDLERS = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}


def found(seed: int, *, users: int = 14, sign_ins: int = 45) -> Sandbox:
    """A small tenant; the same seed makes the same."""
    sandbox = Sandbox(users, sign_ins, seed, starts=_STARTS + timedelta(hours=seed % 24))
    sandbox.tenant.audits.null_targets_every = 10
    return sandbox

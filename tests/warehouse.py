"""A company's daily runs of the tap into a warehouse in memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_entra.graph.pacing import Pacer
from tap_entra.tap import TapEntra
from tests.catalogs import catalog_of
from tests.command import CommandEnd, run_command
from tests.databases import without_secrets
from tests.loader import Message, Row, Warehouse
from tests.readable import READABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox import Sandbox
    from sandbox.faults import Faults
    from sandbox.tenant.tenant import Tenant
    from tap_entra.graph import GraphClient

ROOT = Path(__file__).parents[1]


@dataclass
class Run:
    """What one run of the tap did.

    Attributes:
        naps: Seconds it would have waited, in the order it wanted to.
        reports: Rows of `stream_runs`, by stream.
        asked: How often each path was asked for; what is inside a batch too.
    """

    exit_code: int
    messages: list[Message]
    naps: list[float]
    asked: Counter[str]
    state: dict[str, Any]
    reports: dict[str, Row] = field(init=False)

    def __post_init__(self) -> None:
        self.reports = {report["stream"]: report for report in self.records("stream_runs")}

    def of_type(self, kind: str, stream: str) -> list[Message]:
        """The messages of one type and stream, in order."""
        return [message for message in self.messages if (message["type"], message.get("stream")) == (kind, stream)]

    def records(self, stream: str) -> list[Row]:
        """Rows as sent, without removals."""
        sent = [message["record"] for message in self.of_type("RECORD", stream)]
        return [record for record in sent if "_sdc_deleted_at" not in record]

    def removals(self, stream: str) -> list[Row]:
        """Removals as sent."""
        return [one["record"] for one in self.of_type("RECORD", stream) if "_sdc_deleted_at" in one["record"]]

    def order(self, stream: str) -> list[str]:
        """The types of the stream's messages, repetitions left out; removals are called REMOVAL."""
        kinds = [
            "REMOVAL" if "_sdc_deleted_at" in message.get("record", {}) else str(message["type"])
            for message in self.messages
            if message.get("stream") == stream
        ]
        return [kind for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] != kind]

    def bookmark(self, stream: str) -> dict[str, Any]:
        """The stream's state at the end; empty if there is none."""
        bookmark: dict[str, Any] = self.state.get("bookmarks", {}).get(stream, {})
        return bookmark


class TapWithoutWaits(TapEntra):
    """The tap, except that it notes its waits instead of waiting, and keeps to no narrow limit."""

    @cached_property
    def naps(self) -> list[float]:
        return []

    @cached_property
    @override
    def client(self) -> GraphClient:
        client = super().client
        client._sleep = self.naps.append
        client._pacing.reports = client._pacing.protection = Pacer()
        return client


class Project:
    """A company's Meltano project: its tenant at Microsoft, its warehouse, and the daily run between them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.warehouse = Warehouse()

    @property
    def tenant(self) -> Tenant:
        return self.sandbox.tenant

    @property
    def faults(self) -> Faults:
        return self.sandbox.faults

    def run(
        self,
        *streams: str,
        state: dict[str, Any] | None = None,
        catalog: dict[str, Any] | None = None,
        on_message: Callable[[Message], None] | None = None,
        **settings: Any,
    ) -> Run:
        """Run the tap in this process into the warehouse.

        Args:
            streams: To be selected; all if none is named.
            state: Instead of what the last run left; {} to read everything again.
            on_message: Called after each message that the warehouse took.
        """
        self.warehouse.begin()
        self.warehouse.on_message = on_message or (lambda _: None)
        self.sandbox.requests.clear()
        tap = TapWithoutWaits(
            config={**self.sandbox.settings, **settings},
            state=json.loads(json.dumps(self.warehouse.state if state is None else state)),
            catalog=catalog or selection(*streams),
            message_writer=self.warehouse,
        )
        exit_code = exit_code_of(tap)
        for thread in tap.client._threads._started:
            # A request that a stopped run has left under way must not meet the faults of the next one.
            thread.join(10)
        self.warehouse.end_of_pipe()
        asked = Counter(request.path for request in self.requests())
        return Run(exit_code, self.warehouse.messages, tap.naps, asked, self.warehouse.state)

    def mistakes(self, stream: str) -> list[str]:
        """Where the warehouse differs from the tenant: rows that lack, live though they are gone, or are wrong."""
        keys = self.warehouse.keys[stream]
        truth = {" ".join(row[key] for key in keys): row for row in self.tenant.truth(stream)}
        there = {id_ for id_, row in truth.items() if not row.get("_deleted")}
        live = {" ".join(row[key] for key in keys): row for row in self.warehouse.live(stream)}
        wrong = [f"{id_} lacks" for id_ in there - live.keys()]
        wrong += [f"{id_} lives" for id_ in live.keys() - there]
        for id_ in there & live.keys():
            wrong += [
                f"{id_}.{name}: {live[id_].get(name)!r}, not {truth[id_].get(name)!r}"
                for name in self.warehouse.columns[stream]
                if live[id_].get(name) != without_secrets(truth[id_].get(name))
            ]
        return wrong

    def requests(self) -> Iterator[Any]:
        """What Graph was asked for since the run began; the parts of a batch instead of the batch. Counts are apart."""
        for request in self.sandbox.requests:
            yield from (part for part in request.inner or [request] if not _asks_for_a_count(part))

    def counted(self) -> list[str]:
        """The lists that Graph was asked to count since the run began, in the order of asking."""
        parts = (part for request in self.sandbox.requests for part in request.inner)
        return [part.path for part in parts if _asks_for_a_count(part)]

    def command(self, *arguments: str, **settings: str | None) -> CommandEnd:
        """Run the command `tap-entra` in this process, to its end. The arguments are those of `start`."""
        return run_command(*(arguments or ["--config=ENV"]), environment=self.environment(**settings))

    def environment(self, **settings: str | None) -> dict[str, str]:
        """The environment of a command, with these settings beside or instead of the sandbox's; None takes one away."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TAP_ENTRA_")}
        environment |= self.sandbox.environment()
        for name, value in settings.items():
            environment.pop(f"TAP_ENTRA_{name.upper()}", None)
            if value is not None:
                environment[f"TAP_ENTRA_{name.upper()}"] = value
        return environment

    def start(self, *arguments: str, module: str = "tap_entra", **settings: str | None) -> subprocess.Popen[str]:
        """Start the tap in a process of its own, with --config=ENV unless there are other arguments.

        Args:
            module: To be run.
            settings: Beside or instead of the sandbox's; None takes one away.
        """
        return subprocess.Popen(
            [sys.executable, "-m", module, *(arguments or ["--config=ENV"])],
            cwd=ROOT,
            env=self.environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def _asks_for_a_count(request: Any) -> bool:
    return bool(request.query.get("$count") == "true" and request.query.get("$top") == "1")


def exit_code_of(tap: TapEntra) -> int:
    try:
        tap.sync_all()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _HANDLERS[number])
    return 0


#: The tap takes over the handlers of its process, which here is the test run's.
_HANDLERS = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}


def selection(*streams: str, without: dict[str, tuple[str, ...]] | None = None) -> dict[str, Any]:
    """A catalog as Meltano writes it; without names, of all streams that the sandbox lets the tap read."""
    return catalog_of(streams or READABLE, without)


def stop_after(stream: str, rows: int, kind: str = "RECORD") -> Callable[[Message], None]:
    """For `on_message`: a SIGTERM arrives when a number of rows, or of other messages, of a stream is written."""
    seen = 0

    def stop(message: Message) -> None:
        nonlocal seen
        seen += (message["type"], message.get("stream")) == (kind, stream)
        if seen == rows:
            seen += 1
            os.kill(os.getpid(), signal.SIGTERM)
            while signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
                time.sleep(0.001)  # streams are read in threads, and the handler runs in the main one

    return stop

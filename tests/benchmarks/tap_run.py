"""The tap in a process of its own, as the command runs it, but for the limits that a benchmark switches off or scales.

`python -m tests.benchmarks.tap_run OPTIONS` writes its messages to standard output and, last of all on standard error,
a line of JSON: what it has asked for and how much memory it took at most.
"""

from __future__ import annotations

import re
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from typing_extensions import override

from tap_entra.graph.pacing import Pacer
from tap_entra.storage import BlobService, StorageAddress
from tap_entra.tap import TapEntra
from tests.catalogs import catalog_of

if TYPE_CHECKING:
    from tap_entra.graph import GraphClient


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """How a run differs from the usual.

    Attributes:
        streams: To be selected.
        root: A Graph without a sign-in service; else the settings name both.
        storage: An account with the diagnostic export, without sign-in; None reads logs from Graph.
        settings: As of the tap.
        state: What the last run left.
        time_scale: How many times faster than the clock the limits' windows pass; 0 for no limits.
        hurry: How many times shorter its waits are than they should be.
    """

    streams: list[str]
    root: str | None = None
    storage: str | None = None
    settings: dict[str, Any] = {}
    state: dict[str, Any] = {}
    time_scale: float = 1.0
    hurry: float = 1.0


class _Token:
    """What a Graph without a sign-in service is content with."""

    def __init__(self, root: str) -> None:
        self.graph_url = root

    def token(self) -> str:
        return "token"

    def renew(self, claims: str | None = None, rejected: str | None = None) -> str:  # noqa: ARG002
        return "token"


class BenchmarkTap(TapEntra):
    """The tap, except for its sign-in and its limits where the options say so."""

    options: Options

    @cached_property
    @override
    def sign_in(self) -> Any:
        return _Token(self.options.root) if self.options.root else super().sign_in

    @cached_property
    @override
    def blobs(self) -> BlobService | None:
        if not self.options.storage:
            return super().blobs
        return BlobService(StorageAddress(self.options.storage, None, "sig=none"), self.sign_in, self.client)

    @cached_property
    @override
    def client(self) -> GraphClient:
        client = super().client
        scale = self.options.time_scale
        if scale != 1:
            pacing = client._pacing
            pacing.directory = Pacer(8_000, 10 / scale, widest_gap_s=2 / scale) if scale else Pacer()
            pacing.reports = Pacer(5, 10 / scale) if scale else Pacer()
            pacing.sign_in_activity = Pacer(10, 60 / scale) if scale else Pacer()
            pacing.certificates = Pacer(150, 60 / scale) if scale else Pacer()
            pacing.protection = Pacer(1, 1 / scale) if scale else Pacer()
        if self.options.hurry != 1:
            client._sleep = lambda wait_s: client._stop.wait(wait_s / self.options.hurry)
        return client


def _peak_mb() -> float:
    # Not getrusage: across an exec it keeps the peak of the parent process.
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    """Run it."""
    options = msgspec.json.decode(sys.argv[1], type=Options)
    BenchmarkTap.options = options
    tap = BenchmarkTap(config=options.settings, state=options.state, catalog=catalog_of(options.streams))
    exit_code: Any = 0
    try:
        tap.sync_all()
    except SystemExit as end:
        exit_code = end.code
    traffic = tap.client.traffic
    told = {
        "exit_code": exit_code,
        "rows": {result.stream: result.rows for result in tap.results},
        "requests": traffic.requests,
        "throttled": traffic.throttled,
        "waited_s": traffic.waited_s,
        "peak_mb": _peak_mb(),
        "state": tap.state,
    }
    sys.stdout.flush()
    sys.stderr.write("\n" + msgspec.json.encode(told).decode() + "\n")


if __name__ == "__main__":
    main()

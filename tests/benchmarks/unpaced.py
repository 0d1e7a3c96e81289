"""The command `tap-entra`, but for the limits: the pipe is to be measured, and not how long Microsoft makes it wait."""

from __future__ import annotations

from tests.benchmarks.tap_run import BenchmarkTap, Options

BenchmarkTap.options = Options(streams=[], time_scale=0)
BenchmarkTap.cli()

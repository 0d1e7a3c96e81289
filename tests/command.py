"""`tap-entra` in this process: a start of Python and of the SDK takes longer than most runs do."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tap_entra.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.loader import Message

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class CommandEnd(NamedTuple):
    """What a shell sees of a command that has ended."""

    exit_code: int
    output: str
    log: str

    @property
    def messages(self) -> list[Message]:
        """The Singer messages on standard output."""
        return [json.loads(line) for line in self.output.splitlines()]

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcome of each stream, from the rows of `stream_runs`."""
        rows = [one["record"] for one in self.messages if (one["type"], one.get("stream")) == ("RECORD", "stream_runs")]
        return {row["stream"]: row["outcome"] for row in rows}


def run_command(*arguments: str, environment: Mapping[str, str]) -> CommandEnd:
    """Run `tap-entra` as a shell does with this environment, but in this process; what it changes here is undone.

    An exception that a shell would show as a traceback comes out of this function.
    """
    written, log = io.BytesIO(), io.StringIO()
    output = io.TextIOWrapper(written, encoding="utf-8")
    with _as_it_was(), pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - environment.keys():
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["tap-entra", *arguments])
        patch.setattr(sys, "stdout", output)
        patch.setattr(sys, "stderr", log)
        exit_code = _exit_code()
    output.flush()
    return CommandEnd(exit_code, written.getvalue().decode(), log.getvalue())


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Undo what belongs to a process: the SDK sets up logging, warnings and the exception hook, the tap signals."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = [*root.handlers], root.level
    former: dict[signal.Signals, Any] = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        with warnings.catch_warnings():
            yield
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:], sys.excepthook = handlers, hook
        root.setLevel(level)
        for number, handler in former.items():
            signal.signal(number, handler)

"""Tap, loader and Meltano are killed at random moments; what they leave behind must be whole after the next run."""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from signal import SIGINT, SIGTERM
from typing import TYPE_CHECKING

from sandbox import Sandbox
from tap_entra.auth.token_file import DamagedError, read
from tests.reliability.company import is_report
from tests.reliability.losses import Losses
from tests.reliability.pipelines import LINES, STREAMS, ByMeltano, IntoMemory, Line, Tables
from tests.reliability.processes import EVERYONE, Kill, ProcessEnd
from tests.reliability.tally import Tally
from tests.reliability.truth import Truth
from tests.sandbox_ca import throwaway_authority

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator

    from tests.loader import Warehouse

_DAYS = (0, 1, 1, 1, 2)
#: How often a trial begins with an empty warehouse, and so with a first run.
_ANEW = 0.4


_WHOM = {"tap": "the tap", "loader": "the loader", "Meltano": "Meltano", EVERYONE: "all at once"}


@dataclass
class KillTrial:
    """A kill, and what came of it; as of `Trial`."""

    line: str
    death: tuple[str, signal.Signals]
    has_struck: bool = False
    ended: int = 0
    losses: Losses = field(default_factory=Losses)
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What was done to whom."""
        who, number = self.death
        how = {"SIGKILL": "kill -9", "SIGINT": "Ctrl-C"}.get(number.name, number.name)
        return f"{how} of {_WHOM[who]} ({self.line})"


class Victims:
    """One line, killed again and again."""

    def __init__(self, line: Line, sandbox: Sandbox) -> None:
        self.line = line
        self.sandbox = sandbox
        self.cache = Path(sandbox.settings["token_cache_path"])
        self._begin_anew()
        # How long a run takes here tells at which moments one can be killed.
        self.took_s = self._whole("the very first run", KillTrial(line.name, line.deaths[0])).took_s
        # From now on only what is kept of the sign-in may be needed.
        self.line.environment.pop("TAP_ENTRA_REFRESH_TOKEN", None)

    def trials(self, count: int, seed: int) -> Iterator[KillTrial]:
        """Yield `count` kills that struck."""
        struck = number = 0
        while struck < count and number < 3 * count:
            death = self.line.deaths[number % len(self.line.deaths)]
            random = Random(seed * 1_000 + number)
            trial = self._attempt(KillTrial(self.line.name, death), random)
            number += 1
            struck += trial.has_struck
            if trial.has_struck or trial.problems:
                yield trial

    def _begin_anew(self) -> None:
        self.line.begin_anew()
        self.truth = Truth(self.sandbox)

    def _attempt(self, trial: KillTrial, random: Random) -> KillTrial:
        if random.random() < _ANEW:
            self._begin_anew()
        self.sandbox.tenant.pass_days(random.choice(_DAYS))
        kill = Kill(*trial.death, random.uniform(0.1, 0.95) * self.took_s)
        ended = self._run(kill, trial)
        trial.has_struck, trial.ended = ended.has_struck, ended.code
        if ended.code in {-SIGTERM, -SIGINT} and isinstance(self.line, IntoMemory) and _is_half(self.line.tables):
            trial.problems.append(f"{trial.name}, {kill}: it had begun, and did not end in order")
        self._look_for_deleted(f"{trial.name}, {kill}", trial)
        self._look_at_the_cache(f"{trial.name}, {kill}", trial)
        whole = self._whole(f"the run after {trial.name}, {kill}", trial)
        self.took_s = (self.took_s + whole.took_s) / 2
        return trial

    def _run(self, kill: Kill | None, trial: KillTrial) -> ProcessEnd:
        self.truth.begin_run(self.line.tables)
        ended = self.line.run(kill)
        if isinstance(self.line, ByMeltano) and kill and kill.who == "Meltano" and ended.code == 0:
            trial.problems.append(f"{kill}: Meltano ended well although it was killed")
        return ended

    def _whole(self, when: str, trial: KillTrial) -> ProcessEnd:
        ended = self._run(None, trial)
        if ended.code != 0:
            log = (self.line.folder / "log.txt").read_text(errors="replace")[-1500:]
            trial.problems.append(f"{when} ended {ended.code}: {log}")
            return ended
        for stream in STREAMS:
            mistakes = self.truth.mistakes(self.line.tables, stream)
            trial.losses += Losses.of(mistakes) + Losses(doubled=self._doubled(stream))
            if mistakes:
                trial.problems.append(f"{when}: {stream}: {mistakes}")
        self._look_for_deleted(when, trial)
        return ended

    def _doubled(self, stream: str) -> int:
        # In memory there is one row a key by nature.
        return self.line.tables.doubled(stream) if isinstance(self.line.tables, Tables) else 0

    def _look_for_deleted(self, when: str, trial: KillTrial) -> None:
        deleted = [
            f"{stream} {key}" for stream in STREAMS for key in self.truth.wrongly_deleted(self.line.tables, stream)
        ]
        trial.losses += Losses(deleted=len(deleted))
        if deleted:
            trial.problems.append(f"{when}: marked as deleted although they live: {deleted[:3]}")

    def _look_at_the_cache(self, when: str, trial: KillTrial) -> None:
        try:
            is_whole = read(self.cache) is not None and stat.S_IMODE(self.cache.stat().st_mode) == 0o600
        except DamagedError:
            is_whole = False
        if not is_whole:
            trial.problems.append(f"{when}: the token cache is gone, damaged or open to others")


def _is_half(warehouse: Warehouse) -> bool:
    """Whether a run has begun and has not come to its last words: Python handles no signal when it is shutting down."""
    return bool(warehouse.messages) and not any(map(is_report, warehouse.messages))


def tried(kind: type[Line], count: int, seed: int) -> list[Tally]:
    """Make `count` kills in one line, counted by process and signal."""
    tallies: dict[str, Tally] = {}
    needs_postgres = kind is not IntoMemory
    with tempfile.TemporaryDirectory() as folder, Sandbox(14, 45, seed, postgres=needs_postgres) as sandbox:
        os.environ["REQUESTS_CA_BUNDLE"] = str(throwaway_authority(sandbox, Path(folder)))
        # Most of the time passes in waiting for answers then, as it would, and not in starting up.
        sandbox.faults.delta_page, sandbox.faults.latency_s, sandbox.faults.jitter_s = 10, 0.04, 0.04
        for trial in Victims(kind(sandbox, Path(folder) / "line"), sandbox).trials(count, seed):
            order = (1, LINES.index(kind), kind.deaths.index(trial.death))
            tally = tallies.setdefault(trial.name, Tally("kill", trial.name, order))
            tally.tried += 1
            tally.struck += trial.has_struck
            tally.losses += trial.losses
            tally.problems += trial.problems
            tally.ended[f"exit {trial.ended}" if trial.ended >= 0 else "by the signal"] += 1
    return [*tallies.values()]

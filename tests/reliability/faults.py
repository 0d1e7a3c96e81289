"""Every fault alone and in mixtures, many times, each time from another seed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.reliability.company import Company, found
from tests.reliability.fault_table import WEATHERS
from tests.reliability.tally import SKIPPED, TOLD, WELL, Tally
from tests.reliability.trial import Trial, attempt
from tests.sandbox_ca import throwaway_authority

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Trials of one company: afterwards its tenant has been through a month or so.
_TRIALS_A_COMPANY = 12
#: For each run that is to be struck: where a fault may strike depends on what is read that day.
_MOST_TRIALS = 5


def trials(name: str, count: int, seed: int) -> Iterator[Trial]:
    """Yield `count` trials of one kind of faults."""
    done = 0
    while done < count:
        with tempfile.TemporaryDirectory() as folder, found(seed + done) as sandbox:
            os.environ["REQUESTS_CA_BUNDLE"] = str(throwaway_authority(sandbox, Path(folder)))
            company = Company(sandbox)
            company.run()
            for _ in range(min(_TRIALS_A_COMPANY, count - done)):
                yield attempt(company, name, seed + done, Random(f"{name} {seed + done}"))
                done += 1


def tried(name: str, count: int, seed: int) -> list[Tally]:
    """Trials of one kind of faults, until it has struck `count` runs, counted."""
    tally = Tally("fault", name, (0, list(WEATHERS).index(name)))
    for trial in trials(name, _MOST_TRIALS * count, seed):
        tally.tried += 1
        tally.struck += bool(trial.struck)
        tally.losses += trial.losses
        tally.problems += trial.problems
        tally.ended[TOLD if trial.ended else SKIPPED if trial.has_skipped else WELL] += 1
        if tally.struck == count:
            break
    return [tally]

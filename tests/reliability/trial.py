"""One trial: a day on which something goes wrong, and the day after."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_entra.graph import host
from tests.reliability.bookmarks import DAMAGED, damage
from tests.reliability.fault_table import HABITS, UNNOTICED_AT_FIRST, WEATHERS
from tests.reliability.losses import Losses
from tests.reliability.truth import STREAMS
from tests.warehouse import selection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.reliability.company import Company, RunEnd

#: Between two runs: most often a day, sometimes longer than delta links live.
_DAYS = (0, 1, 1, 1, 1, 2, 3, 8)
#: How often a trial begins with an empty warehouse, and so with a first run.
_ANEW = 0.3
#: Kinds that are about what an earlier run has left.
_LATER = {UNNOTICED_AT_FIRST, DAMAGED}
#: Number of selected streams, other ones each time: fewer rows, more trials.
_STREAMS = 10
#: In fine faults, until all must be well: the list guard does not accept at once a list that fell by half.
_RUNS = 2


@dataclass
class Trial:
    """What came of it.

    Attributes:
        struck: How often a fault has struck.
        ended: The exit code of the run that it struck.
        has_skipped: Whether that run named streams that were refused, and ended well.
        again: How many more runs it took, in fine faults, until one ended well.
        losses: Rows and values that must not be.
        problems: What must not be, in words; empty if all is well.
    """

    seed: int
    struck: int = 0
    ended: int = 0
    has_skipped: bool = False
    again: int = 0
    losses: Losses = field(default_factory=Losses)
    problems: list[str] = field(default_factory=list)

    def check(self, company: Company, ended: RunEnd, when: str, *, empties_late: bool = False) -> None:
        """Compare what the run says it has read with the tenant, and look for live rows that it has deleted.

        Args:
            empties_late: Whether rows of a list that is empty by now may wait for the next run.
        """
        for stream, mistakes in company.mistakes(ended, empties_late=empties_late).items():
            self.losses += Losses.of(mistakes)
            self.problems.append(f"{when}: {stream}: {mistakes}")
        misfits = company.warehouse.misfits
        self.losses += Losses(wrong=len(misfits))
        if misfits:
            self.problems.append(f"{when}: no loader takes {misfits[:3]}")
        deleted = company.wrongly_deleted()
        self.losses += Losses(deleted=len(deleted))
        if deleted:
            self.problems.append(f"{when}: marked as deleted although they live: {deleted[:3]}")
        for stream, report in ended.reports.items():
            if "defect" in str(report["action"]):
                self.problems.append(f"{when}: {stream}: {report['action']}")


def attempt(company: Company, name: str, seed: int, random: Random) -> Trial:
    """Let a day or more pass, run in bad faults of that name, then in fine faults until all is well."""
    trial = Trial(seed)
    if random.random() < _ANEW and name not in _LATER:
        company.begin_anew()
    company.sandbox.tenant.pass_days(random.choice(_DAYS))
    catalog = selection(*random.sample(STREAMS, _STREAMS))
    company.faults.strikes.clear()
    company.faults.oddities.clear()
    WEATHERS[name](company.faults, random)
    if name == DAMAGED:
        company.faults.oddities["damaged"] += damage(company.warehouse.state, random)
    with little_patience():
        ended = company.run(catalog=catalog)
    trial.ended, trial.struck = ended.code, sum(company.faults.strikes.values())
    trial.struck += company.faults.oddities[HABITS[name]] if name in HABITS else 0
    trial.has_skipped = any(report["outcome"] == "skipped" for report in ended.reports.values())
    # Without its bookmark, a list that is empty deletes nothing before it was so twice.
    met = f"seed {seed}, the run that it met (exit {ended.code})"
    trial.check(company, ended, met, empties_late=name == DAMAGED)
    company.calm_down()
    while trial.again < _RUNS:
        trial.again += 1
        ended = company.run(catalog=catalog)
        when = f"seed {seed}, run {trial.again} after it (exit {ended.code})"
        trial.check(company, ended, when)
        if ended.code == 0:
            return trial
        if not ended.only_doubts:
            short = {
                name: report["action"] for name, report in ended.reports.items() if report["outcome"] != "complete"
            }
            trial.problems.append(f"{when}: {short}")
    trial.problems.append(f"seed {seed}: not whole after {trial.again} runs in fine faults")
    return trial


@contextmanager
def little_patience() -> Iterator[None]:
    """With a body that stalls: the usual two and a half minutes are not to be waited for."""
    usual, host.TIMEOUT_S = host.TIMEOUT_S, (5, 1)
    try:
        yield
    finally:
        host.TIMEOUT_S = usual

"""Days, faults, selections, kills and runs in any order: after a good run the warehouse says what the tenant says."""

from __future__ import annotations

import logging
import os
import tempfile
import traceback
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import hypothesis
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.databases import BY_NAME
from tests.reliability.bookmarks import damage
from tests.reliability.company import DEATHS, Company, Death, RunEnd, found
from tests.reliability.fault_table import ANY_DAY, WEATHERS
from tests.reliability.losses import Losses
from tests.reliability.tally import WELL, Tally
from tests.reliability.trial import little_patience
from tests.reliability.truth import LOGS, STREAMS
from tests.sandbox_ca import throwaway_authority
from tests.warehouse import selection

if TYPE_CHECKING:
    from tests.loader import Message

_MESSAGES = st.integers(1, 400)
_SEEDS = st.integers(0, 10_000)
#: Columns of these streams may be left out. A log's old rows are not read again for a column that is wanted later.
_LESS = tuple(name for name in STREAMS if name not in LOGS)
#: The same days each time; a seed makes them others.
SETTINGS = settings(
    derandomize=True,
    stateful_step_count=14,
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=[*HealthCheck],
)


class Days(RuleBasedStateMachine):
    """One company, from its first day on."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._random = Random(0)
        self.columns: dict[str, set[str]] = {}
        self.catalog: dict[str, Any] | None = None
        #: Streams that no complete run has read since their bookmarks were damaged.
        self._damaged: set[str] = set()
        logging.disable(logging.CRITICAL)

    def teardown(self) -> None:
        self._stack.close()
        logging.disable(logging.NOTSET)

    @initialize(seed=_SEEDS)
    def a_company_is_founded(self, seed: int) -> None:
        sandbox = self._stack.enter_context(found(seed))
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["REQUESTS_CA_BUNDLE"] = str(throwaway_authority(sandbox, folder))
        self._random = Random(seed)
        self.company = Company(sandbox)

    @rule(days=st.sampled_from((1, 1, 1, 2, 4, 8)))
    def days_pass(self, days: int) -> None:
        self.company.sandbox.tenant.pass_days(days)

    @rule(streams=st.sets(st.sampled_from(STREAMS), min_size=1, max_size=9), seed=_SEEDS)
    def somebody_selects(self, streams: set[str], seed: int) -> None:
        random = Random(seed)
        without = {
            name: tuple(
                column
                for column in BY_NAME[name].schema["properties"]
                if column not in BY_NAME[name].primary_keys and random.random() < 0.4
            )
            for name in streams.intersection(_LESS)
            if random.random() < 0.4
        }
        self.catalog = selection(*sorted(streams), without=without)
        self.columns = {name: {*BY_NAME[name].schema["properties"]} - {*left_out} for name, left_out in without.items()}

    @rule(name=st.sampled_from(ANY_DAY), seed=_SEEDS)
    def the_weather_turns(self, name: str, seed: int) -> None:
        WEATHERS[name](self.company.faults, Random(seed))

    @rule()
    def a_run_meets_the_weather(self) -> None:
        with little_patience():
            self._check(self.company.run(catalog=self.catalog))

    @rule(seed=_SEEDS)
    def bookmarks_are_damaged(self, seed: int) -> None:
        if damage(self.company.warehouse.state, Random(seed)):
            self._damaged.update(STREAMS)

    @rule(who=st.sampled_from(DEATHS), message=_MESSAGES)
    def a_run_is_killed(self, who: str, message: int) -> None:
        with little_patience():
            self._check(self.company.run(Death(who, message), self.catalog))

    @rule(message=_MESSAGES)
    def a_day_passes_while_the_run_goes_on(self, message: int) -> None:
        left = message

        def meanwhile(_: Message) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                self.company.sandbox.tenant.pass_days(1)

        with little_patience():
            ended = self.company.run(catalog=self.catalog, meanwhile=meanwhile)
        note(f"  it ended with {ended.code}, and knows only a part of the day")

    @rule()
    def a_run_in_fine_weather_makes_it_whole(self) -> None:
        self._make_whole()

    @rule()
    def everything_is_read_again(self) -> None:
        self.company.calm_down()
        before = self.company.warehouse.state
        self._check(self.company.run(catalog=self.catalog, state={}))
        # As Meltano does it after a full refresh.
        self.company.warehouse.state = _merged(before, self.company.warehouse.state)
        self._make_whole()

    def _make_whole(self) -> None:
        self.company.calm_down()
        ended = self.company.run(catalog=self.catalog)
        self._check(ended)
        if ended.code != 0:
            assert ended.only_doubts, {name: report["action"] for name, report in ended.reports.items()}
            ended = self.company.run(catalog=self.catalog)
            self._check(ended)
        assert ended.code == 0, ended.reports

    def _check(self, ended: RunEnd) -> None:
        note(f"  it ended with {ended.code}")
        # Without its bookmark, a list that is empty deletes nothing before it was so twice.
        empty = {name for name in self._damaged if not self.company.truth.has_rows(name)}
        mistakes = {name: one for name, one in self.company.mistakes(ended, self.columns).items() if name not in empty}
        self._damaged -= {name for name in STREAMS if ended.is_complete(name)}
        assert not mistakes, {name: str(one) for name, one in mistakes.items()}
        deleted = self.company.wrongly_deleted()
        assert not deleted, deleted


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{name: _merged(old.get(name), value) for name, value in new.items()}}


def tried(lives: int, seed: int) -> list[Tally]:
    """Lives of companies, each different from all before."""
    tally = Tally("days", "any order of days, faults, selections, kills and runs", (2,), tried=lives, struck=lives)
    try:
        run_state_machine_as_test(
            hypothesis.seed(seed)(Days), settings=settings(SETTINGS, max_examples=lives, derandomize=False)
        )
    except Exception:  # noqa: BLE001 - the report has it with all else
        tally.problems.append(traceback.format_exc())
        tally.losses += Losses(wrong=1)
    tally.ended[WELL] += lives
    return [tally]

"""A few real processes, really killed."""

from __future__ import annotations

import pytest

from tests.reliability.kills import tried
from tests.reliability.pipelines import ByHand, IntoMemory, Line

pytestmark = [pytest.mark.slow, pytest.mark.e2e]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "")


@pytest.mark.parametrize(("kind", "count"), [(IntoMemory, 2), (ByHand, 1)])
def test_after_any_kill_the_next_run_makes_all_whole(kind: type[Line], count: int) -> None:
    tallies = tried(kind, count, seed=4)

    assert [problem for tally in tallies for problem in tally.problems] == []
    assert sum(tally.struck for tally in tallies) == count

"""A fixed part of `python -m tests.reliability`: each fault until it has struck, mixtures a few times."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tests.reliability.fault_table import MIXTURE, WEATHERS
from tests.reliability.faults import trials

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

#: Where and when a fault strikes is chance, and which thread asks first is too: a rare one has taken 13.
_TRIES = 60


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "")
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", [name for name in WEATHERS if name != MIXTURE])
def test_no_fault_makes_a_silent_difference(name: str) -> None:
    for trial in trials(name, _TRIES, seed=9):
        assert trial.problems == []
        if trial.struck:
            return

    pytest.fail(f"{name} struck nothing in {_TRIES} trials")


def test_nor_do_several_at_once() -> None:
    assert [problem for trial in trials(MIXTURE, 5, seed=9) for problem in trial.problems] == []

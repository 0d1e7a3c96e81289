"""The shipped DAG in a real Airflow, with few tenants. `make airflow` runs two hundred."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.tenants.rehearsal import Failures, Figures, rehearse

pytestmark = [pytest.mark.slow, pytest.mark.e2e]


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Five tenants, two at once: one fails, one fails once, and the worker of one is killed."""
    failures = Failures(bad=1, refused_once=1, killed=1)
    # Not below pytest's folder: where root runs the tests, PostgreSQL has a user of its own, and the next pytest closes
    # that folder to it.
    with tempfile.TemporaryDirectory() as folder:
        return rehearse(Path(folder) / "run", 5, 2, failures, dead_after_s=45)


def test_each_tenant_runs_and_no_more_than_the_pool_at_once(figures: Figures) -> None:
    assert len(figures.tries) == 5
    assert figures.peak == 2


def test_a_tenant_that_fails_stops_no_other(figures: Figures) -> None:
    assert figures.failed == figures.bad
    assert figures.tries[figures.bad[0]] == 3


def test_a_tenant_that_failed_once_or_lost_its_worker_runs_again(figures: Figures) -> None:
    assert [figures.tries[name] for name in (*figures.refused_once, *figures.killed)] == [2, 2]


def test_each_tenant_has_its_own_rows_and_its_state_in_one_view(figures: Figures) -> None:
    assert figures.wrong == []
    assert figures.compared > 100
    assert figures.states == {"active": 4, "action required": 1}


def test_one_message_names_who_failed(figures: Figures) -> None:
    assert [(message["title"], message["message"]) for message in figures.messages] == [
        ("1 of 5 tenants failed", figures.bad[0])
    ]

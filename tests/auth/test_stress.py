"""Races and kills: some of the two hundred of `python -m tests.auth.stress`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.auth.stress import races
from tests.sandbox_ca import throwaway_authority

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

SEEDS = range(1, 13)


@pytest.mark.usefixtures("login")
def test_whenever_racing_runs_are_killed_the_sign_in_still_works(
    one_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(throwaway_authority(one_sandbox, tmp_path)))

    results = list(races(one_sandbox, SEEDS, tmp_path))

    assert [result for result in results if result.problem] == []
    assert sum(end < 0 for result in results for end in result.ended) >= len(SEEDS)
    # A run that was not killed came to its end, whatever happened to the other.
    assert not any(end > 0 for result in results for end in result.ended)

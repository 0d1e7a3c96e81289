"""Real loaders beside target-postgres: what the tap's settings are for. `make loaders` has the whole matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.loaders.__main__ import run
from tests.loaders.loader import Place
from tests.loaders.loaders import LOADERS

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox
    from tests.loaders.loader import Loader
    from tests.loaders.recording import Recording

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("loaders")]

BY_NAME = {loader.name: loader for loader in LOADERS}


@pytest.mark.parametrize(
    "loader", [BY_NAME["target-jsonl"], BY_NAME["meltanolabs-target-csv"]], ids=lambda one: one.name
)
def test_a_file_loader_has_all_rows_and_the_names_of_leavers(
    loader: Loader, company: Sandbox, recording: Recording, tmp_path: Path
) -> None:
    result = run(loader, Place(tmp_path / "loader", company.postgres), recording)

    found = result.findings
    assert result.failure == ""
    assert found.live > 0
    assert (found.kept, found.wrong) == (found.live, 0), found.columns
    assert found.leavers > 0
    # A whole row says no name for people who are purged from the recycle bin.
    binned = company.tenant.directory["users"].recycle_bin
    purged = [key for key in recording.gone("users") if key[0] not in binned]
    assert found.named == found.leavers - len(purged) * ("rows" in loader.settings)
    assert result.again == "appends"


def test_the_loader_for_duckdb_has_all_rows_and_marks_all_that_are_gone(
    company: Sandbox, recording: Recording, tmp_path: Path
) -> None:
    result = run(BY_NAME["target-entra-duckdb"], Place(tmp_path / "loader", company.postgres), recording)

    found = result.findings
    assert result.failure == ""
    assert found.live > 0
    assert found.gone > 0
    assert (found.kept, found.wrong, found.shown) == (found.live, 0, found.gone), found.columns
    assert found.named == found.leavers > 0
    assert result.again == "same rows"

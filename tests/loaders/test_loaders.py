"""Real loaders beside target-postgres: what the tap's settings are for. `make loaders` has the whole matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox import Sandbox
from tests.conftest import trust
from tests.loaders.__main__ import run
from tests.loaders.loader import Place
from tests.loaders.loaders import LOADERS
from tests.loaders.recording import Recording, record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.loaders.loader import Loader

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("loaders")]

BY_NAME = {loader.name: loader for loader in LOADERS}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(users=25, sign_ins=60, postgres=True) as sandbox, pytest.MonkeyPatch.context() as patch:
        trust(sandbox, patch)
        yield sandbox


@pytest.fixture(scope="module")
def recording(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(sandbox, tmp_path_factory.mktemp("recording"), ("default", "rows and text"))


@pytest.mark.parametrize(
    "loader", [BY_NAME["target-jsonl"], BY_NAME["meltanolabs-target-csv"]], ids=lambda one: one.name
)
def test_a_file_loader_has_all_rows_and_the_names_of_leavers(
    loader: Loader, sandbox: Sandbox, recording: Recording, tmp_path: Path
) -> None:
    result = run(loader, Place(tmp_path / "loader", sandbox.postgres), recording)

    found = result.findings
    assert result.failure == ""
    assert found.live > 0
    assert (found.kept, found.wrong) == (found.live, 0), found.columns
    assert found.leavers > 0
    # A whole row says no name for people who are purged from the recycle bin.
    binned = sandbox.tenant.directory["users"].recycle_bin
    purged = [key for key in recording.gone("users") if key[0] not in binned]
    assert found.named == found.leavers - len(purged) * ("rows" in loader.settings)
    assert result.again == "appends"


def test_the_loader_for_duckdb_has_all_rows_and_marks_all_that_are_gone(
    sandbox: Sandbox, recording: Recording, tmp_path: Path
) -> None:
    result = run(BY_NAME["target-entra-duckdb"], Place(tmp_path / "loader", sandbox.postgres), recording)

    found = result.findings
    assert result.failure == ""
    assert found.live > 0
    assert found.gone > 0
    assert (found.kept, found.wrong, found.shown) == (found.live, 0, found.gone), found.columns
    assert found.named == found.leavers > 0
    assert result.again == "same rows"

"""A company of three days, recorded once for all tests of loaders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox import Sandbox
from tests.conftest import trust
from tests.loaders.recording import Recording, record
from tests.transform.company import recent_tuesday

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def company() -> Iterator[Sandbox]:
    with (
        Sandbox(users=25, sign_ins=60, postgres=True, starts=recent_tuesday()) as sandbox,
        pytest.MonkeyPatch.context() as patch,
    ):
        trust(sandbox, patch)
        yield sandbox


@pytest.fixture(scope="session")
def recording(company: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(company, tmp_path_factory.mktemp("recording"), ("default", "rows", "rows and text"))

"""A company whose tap runs daily."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox_ca import throwaway_authority
from tests.warehouse import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox


@pytest.fixture
def new_project(
    new_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Project]:
    """Founds a company, on a day when Graph shows its best side."""

    def found(users: int = 40, sign_ins: int = 0, **options: Any) -> Project:
        project = Project(new_sandbox(users=users, sign_ins=sign_ins, **options))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(throwaway_authority(project.sandbox, tmp_path)))
        faults = project.faults
        faults.empty_pages = faults.replays = faults.repeated_changes = faults.duplicate_rows = 0
        return project

    return found


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    """Forty accounts, no sign-ins."""
    return new_project()

"""Cases, each loaded once, in one PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Sandbox
from tests.cases.pipeline import LoadedCase
from tests.cases.views import ViewBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Load = Callable[..., LoadedCase]
    Views = Callable[[str], LoadedCase]


@pytest.fixture(scope="session")
def case_sandbox() -> Iterator[Sandbox]:
    """The sign-in service and the PostgreSQL of all cases; its Graph is replaced case by case."""
    with Sandbox(users=5, sign_ins=0, postgres=True) as sandbox:
        yield sandbox


@pytest.fixture
def load(case_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Takes a case through tap and loader."""
    for name, value in case_sandbox.environment().items():
        if not name.startswith("TAP_ENTRA_"):
            monkeypatch.setenv(name, value)

    def loaded(name: str, **settings: Any) -> LoadedCase:
        return LoadedCase(case_sandbox, name, **settings)

    return loaded


@pytest.fixture(scope="session")
def _dbt(case_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewBuilder]:
    with ViewBuilder(case_sandbox, tmp_path_factory.mktemp("dbt")) as builder:
        yield builder


@pytest.fixture
def views(load: Load, _dbt: ViewBuilder) -> Views:
    """Takes a case through tap and loader, and builds the views."""

    def built(name: str) -> LoadedCase:
        case = load(name)
        _dbt.build(case.schema)
        return case

    return built

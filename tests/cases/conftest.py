"""Cases, each loaded once, in one PostgreSQL."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from sandbox import Sandbox
from tests.cases.pipeline import LoadedCase
from tests.cases.scripted_case import DATA
from tests.cases.views import ViewBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Load = Callable[..., LoadedCase]
    Views = Callable[[str], LoadedCase]

SHARED = "cases"


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
def _cases_in_views(case_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadedCase]:
    """All cases that show in the views, in one schema, and their views, built at once: a build costs as much as all."""
    environment = {name: value for name, value in case_sandbox.environment().items() if "TAP_ENTRA_" not in name}
    names = [path.stem for path in sorted(DATA.glob("*.json")) if json.loads(path.read_text())["views"]]
    with mock.patch.dict(os.environ, environment):
        # A new version of one case would mark the rows of the others as deleted.
        cases = {
            name: LoadedCase(case_sandbox, name, schema=SHARED, emit_activate_version_messages=False) for name in names
        }
    with ViewBuilder(case_sandbox, tmp_path_factory.mktemp("dbt")) as builder:
        builder.build(SHARED)
    return cases


@pytest.fixture
def views(_cases_in_views: dict[str, LoadedCase]) -> Views:
    """A case that went through tap and loader, with its views."""
    return _cases_in_views.__getitem__

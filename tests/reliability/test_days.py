"""Some lives of companies, the same each time; `make soak` has more, and others."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.reliability.days import SETTINGS, Days

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "")


TestDays = Days.TestCase
TestDays.settings = settings(SETTINGS, max_examples=3)

"""The audit of the pinned packages never looks like one when it was none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.audit import LOCKS, main

if TYPE_CHECKING:
    from pathlib import Path

Answers = list[dict[str, Any]] | None

FLAW = {"id": "PYSEC-2018-28", "fix_versions": ["2.20.0"]}
KNOWS: Answers = [{"name": "requests", "version": "2.19.0", "vulns": [FLAW]}]
KNOWS_NOTHING: Answers = [{"name": "requests", "skip_reason": "Dependency not found"}]
FINE: Answers = [{"name": "msal", "version": "1.39.0", "vulns": []}]


def audit(pypi: tuple[Answers, Answers], osv: tuple[Answers, Answers], *words: str) -> tuple[int, str]:
    """The exit code and what was said; each source answers about the package known to be vulnerable, and about ours."""
    said: list[str] = []

    def ask(source: str, files: list[Path]) -> Answers:
        return {"pypi": pypi, "osv": osv}[source][files == LOCKS]

    code = main([*words], ask, said.append)
    return code, "\n".join(said)


def test_all_pinned_packages_are_audited() -> None:
    assert {file.name for file in LOCKS} >= {"requirements.lock", "requirements-setup.lock", "requirements-audit.lock"}


def test_nothing_known_is_well() -> None:
    assert audit((KNOWS, FINE), (None, None)) == (0, "pypi: 1 of 1 packages audited, 0 known flaws")


@pytest.mark.parametrize("word", ["", "--if-reachable"])
def test_a_known_flaw_is_a_failure_and_named(word: str) -> None:
    code, said = audit((KNOWS, KNOWS), (None, None), word)

    assert code == 1
    assert "VULNERABLE: requests 2.19.0: PYSEC-2018-28; fixed in 2.20.0" in said


@pytest.mark.parametrize("pypi", [(None, None), (KNOWS_NOTHING, FINE), (KNOWS, None), ([], FINE)])
def test_the_other_source_is_asked_where_one_says_nothing(pypi: tuple[Answers, Answers]) -> None:
    code, said = audit(pypi, (KNOWS, FINE))

    assert code == 0
    assert "osv: 1 of 1 packages audited" in said


@pytest.mark.parametrize(("word", "code"), [("", 2), ("--if-reachable", 0)])
def test_where_no_source_can_be_asked_it_says_so_loudly(word: str, code: int) -> None:
    assert audit((None, None), (KNOWS_NOTHING, FINE), word)[0] == code
    assert "NOT AUDITED" in audit((None, None), (KNOWS_NOTHING, FINE), word)[1]


def test_what_was_left_out_is_named() -> None:
    code, said = audit((KNOWS, [*(FINE or []), *(KNOWS_NOTHING or [])]), (None, None))

    assert code == 0
    assert "not audited: requests: Dependency not found" in said
    assert "1 of 2 packages audited" in said

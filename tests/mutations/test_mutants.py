"""The mutants fit the code as it is. Whether they are noticed takes minutes: `make mutants`."""

from __future__ import annotations

import pytest

from tests.mutations.mutant import ROOT, Mutant
from tests.mutations.mutants import MUTANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.breaks)
def test_what_a_mutant_breaks_is_there_once_and_so_are_its_tests(mutant: Mutant) -> None:
    source = (ROOT / mutant.path).read_text()

    broken = mutant.applied_to(source)

    assert broken != source
    compile(broken, mutant.path, "exec")
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert f"def {name}" in (ROOT / "tests" / file).read_text()


def test_no_promise_is_broken_twice() -> None:
    assert len({mutant.breaks for mutant in MUTANTS}) == len(MUTANTS) >= 10

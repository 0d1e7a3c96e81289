"""`python -m tests.assertions` finds tests that assert nothing."""

from __future__ import annotations

import pytest

from tests.assertions import without_assertion

HELPERS = """
def check(value):
    assert value

def check_twice(value):
    check(value)
    check(value)
"""


@pytest.mark.parametrize(
    "body",
    [
        "assert run()",
        "with pytest.raises(ValueError): run()",
        "pytest.fail('there is no such thing')",
        "check(run())",
        "helpers.check_twice(run())",
    ],
)
def test_a_test_asserts_itself_or_by_a_helper(body: str) -> None:
    sources = {"tests/test_one.py": f"def test_one():\n    {body}\n", "tests/helpers.py": HELPERS}

    assert [*without_assertion(sources)] == []


@pytest.mark.parametrize("body", ["run()", "unknown_helper(run())", "run() or 'assert'"])
def test_a_test_without_an_assertion_is_named(body: str) -> None:
    sources = {"tests/test_one.py": f"def test_one():\n    {body}\n", "tests/helpers.py": HELPERS}

    assert [*without_assertion(sources)] == ["tests/test_one.py:1: test_one"]

"""`python -m tests.assertions`: is there a test that asserts nothing?

A test asserts if it has an `assert`, if it expects an error or a warning, or if it calls a function of the tests that
does. Functions are known by their bare names, so a call of any function with such a name counts.

This is an own script because no rule of ruff finds such tests, and the plugins that do know no helper functions.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Function = ast.FunctionDef | ast.AsyncFunctionDef

ROOT = Path(__file__).parents[1]
#: Functions of pytest that make a test fail.
_FAIL = frozenset({"raises", "warns", "fail", "deprecated_call"})


def main() -> int:
    """Print the tests that assert nothing, a line each, and return an exit code."""
    files = sorted((ROOT / "tests").rglob("*.py"))
    found = [*without_assertion({str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files})]
    sys.stdout.write("".join(f"{where} asserts nothing.\n" for where in found))
    return int(bool(found))


def without_assertion(sources: dict[str, str]) -> Iterator[str]:
    """Yield path, line and name of each test function that asserts nothing.

    Args:
        sources: Python code by path. Tests are in files whose names begin with `test_`.
    """
    functions = {path: [*_functions(ast.parse(source))] for path, source in sources.items()}
    asserting = _asserting(one for found in functions.values() for one in found)
    for path, found in functions.items():
        if Path(path).name.startswith("test_"):
            for one in found:
                if one.name.startswith("test_") and not _asserts(one, asserting):
                    yield f"{path}:{one.lineno}: {one.name}"


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _asserting(functions: Iterable[Function]) -> set[str]:
    """The names of functions that assert, be it by another one of them."""
    left, names = list(functions), set(_FAIL)
    while found := [one for one in left if _asserts(one, names)]:
        names |= {one.name for one in found}
        left = [one for one in left if one not in found]
    return names


def _asserts(function: Function, names: set[str]) -> bool:
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _name(node.func) in names)
        for node in ast.walk(function)
    )


def _name(called: ast.expr) -> str | None:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else None


if __name__ == "__main__":
    sys.exit(main())

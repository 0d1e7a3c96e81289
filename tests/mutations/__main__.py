"""`python -m tests.mutations [WORD]`: break each promise on purpose, on a copy, and see whether a test fails.

With a word only the mutants whose description has it. Ends with 1 if one goes unnoticed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutations.mutant import ROOT, Mutant
from tests.mutations.mutants import MUTANTS

_COPIED = ("tap_entra", "sandbox", "tests", "docs", "pyproject.toml", "README.md", "meltano.yml", "CHANGELOG.md")
#: pytest's exit code for tests that ran and failed; others are about tests that did not run.
_FAILED = 1
_LIMIT_S = 600


def main(words: list[str]) -> int:
    mutants = [mutant for mutant in MUTANTS if all(word in mutant.breaks for word in words)]
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy = Path(folder)
        for name in _COPIED:
            _copy(ROOT / name, copy / name)
        print("As it is, to begin with: ", end="", flush=True)  # noqa: T201 - a command prints
        code, _ = _run(copy, sorted({test for mutant in mutants for test in mutant.tests}))
        print("all tests pass" if code == 0 else "tests fail, so nothing can be said")  # noqa: T201 - a command prints
        if code:
            return 1
        print(f"\n| If the tap {'':<80}| it takes | and what fails is |\n| --- | --- | --- |")  # noqa: T201 - a command prints
        unnoticed = [mutant for mutant in mutants if not _is_noticed(copy, mutant)]
    print(f"\n{len(mutants) - len(unnoticed)} of {len(mutants)} are noticed.")  # noqa: T201 - a command prints
    return 1 if unnoticed else 0


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copy(source, target)


def _is_noticed(copy: Path, mutant: Mutant) -> bool:
    path = copy / mutant.path
    source = path.read_text()
    broken = mutant.applied_to(source)
    compile(broken, mutant.path, "exec")
    path.write_text(broken)
    began = time.monotonic()
    try:
        code, output = _run(copy, mutant.tests)
    finally:
        path.write_text(source)
    failed = re.search(r"^FAILED (?:\S*/)?(\S+::[^\s\[]+)", output, re.MULTILINE)
    what = failed[1].replace("::", " ") if failed and code == _FAILED else "NOTHING"
    print(f"| {mutant.breaks:<90} | {time.monotonic() - began:3.0f} s | {what} |", flush=True)  # noqa: T201 - a command prints
    return code == _FAILED


def _run(copy: Path, tests: list[str] | tuple[str, ...]) -> tuple[int, str]:
    # From within the copy, which comes first on the path then, in the processes that tests start too.
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--show-capture=no"]
    command += [f"tests/{test}" for test in tests]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "300"}
    done = subprocess.run(
        command, check=False, cwd=copy, env=environment, capture_output=True, text=True, timeout=_LIMIT_S
    )
    return done.returncode, done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

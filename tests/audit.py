"""`python -m tests.audit [--if-reachable]`: known vulnerabilities among all packages that are pinned here.

pip-audit also reports "no known vulnerabilities found" if its source of advisories knows none of the packages, e.g.
behind a mirror without advisories. So the audit first asks each source about a package with a known vulnerability, and
uses only a source that knows it.

Exit codes: 0 if nothing is known, 1 if something is, 2 if no source can be reached (0 with --if-reachable).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Row = dict[str, Any]
    #: From a source and files of requirements to what is said of each package; None if the source cannot be asked.
    Ask = Callable[[str, list[Path]], list[Row] | None]

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
SOURCES = ("pypi", "osv")
#: By PYSEC-2018-28.
KNOWN_TO_BE_VULNERABLE = "requests==2.19.0"
_NONE, _FOUND, _NOT_REACHABLE = 0, 1, 2


def main(words: list[str], ask: Ask | None = None, say: Callable[[str], object] = print) -> int:
    ask = ask or ask_pip_audit
    for source in SOURCES:
        if not _knows_anything(source, ask):
            say(f"{source}: cannot be reached, or has no advisories")
            continue
        packages = ask(source, LOCKS)
        if packages is None:
            say(f"{source}: could not be reached any more during the audit")
            continue
        return _judge(source, packages, say)
    say("NOT AUDITED: no source of advisories can be reached from here. Nothing is known about the pinned packages.")
    return _NONE if "--if-reachable" in words else _NOT_REACHABLE


def _knows_anything(source: str, ask: Ask) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        known = Path(folder) / "known.txt"
        known.write_text(KNOWN_TO_BE_VULNERABLE)
        return any(package.get("vulns") for package in ask(source, [known]) or [])


def _judge(source: str, packages: list[Row], say: Callable[[str], object]) -> int:
    skipped = [package for package in packages if "skip_reason" in package]
    found = [(package, flaw) for package in packages for flaw in package.get("vulns") or []]
    for package in skipped:
        say(f"not audited: {package['name']}: {package['skip_reason']}")
    for package, flaw in found:
        fixed = ", ".join(flaw.get("fix_versions") or []) or "no version yet"
        say(f"VULNERABLE: {package['name']} {package['version']}: {flaw['id']}; fixed in {fixed}")
    say(f"{source}: {len(packages) - len(skipped)} of {len(packages)} packages audited, {len(found)} known flaws")
    return _FOUND if found else _NONE


def ask_pip_audit(source: str, files: list[Path]) -> list[Row] | None:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command: list[str | Path] = [
            ROOT / ".venv/audit/bin/pip-audit",
            "--disable-pip",
            "--no-deps",
            "--progress-spinner=off",
        ]
        command += ["--timeout=15", f"--vulnerability-service={source}", "--format=json", f"--output={answer}"]
        subprocess.run([*command, *(f"--requirement={file}" for file in files)], check=False, capture_output=True)
        # Its exit code is the same for a flaw and for an error; only after an audit is there an answer.
        return list(json.loads(answer.read_text())["dependencies"]) if answer.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

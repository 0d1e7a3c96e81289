"""`python -m tests.loaders [LOADER …]`: three days through each loader, compared, and kept in docs/loaders.md.

With names of loaders only those, and nothing is kept.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.conftest import trust
from tests.loaders.comparison import Findings, compare
from tests.loaders.loader import Loader, Place
from tests.loaders.loaders import LOADERS
from tests.loaders.recording import SETTINGS, Recording, record
from tests.loaders.servers import object_storage
from tests.warehouse import ROOT

KEPT = ROOT / "docs" / "loaders.md"
_MEASURED = "<!-- `make loaders` writes everything below this line. -->\n"
_HEAD = ("Loader", "Version", "Rows", "Wrong values", "As text", "Deletions", "Leavers' names", "Second run", "Set")


@dataclass
class Result:
    """What became of one loader.

    Attributes:
        failure: The end of its log, if it failed.
        again: What the messages of the last day made when they came a second time.
    """

    loader: Loader
    failure: str
    findings: Findings
    again: str


def main() -> int:
    """Run the matrix. Returns an exit code: 1 if a loader that is named fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.loaders", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="LOADER")
    names = parser.parse_args().names
    chosen = [one for one in LOADERS if not names or one.package in names]
    with (
        Sandbox(users=150, sign_ins=600, seed=5, postgres=True) as sandbox,
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        object_storage(Path(folder)) as storage,
    ):
        trust(sandbox, patch)
        recording = record(sandbox, Path(folder), tuple(dict.fromkeys(one.settings for one in chosen)))
        results = []
        for number, loader in enumerate(chosen):
            place = Place(Path(folder) / f"loader{number}", sandbox.postgres, storage)
            results.append(run(loader, place, recording))
            sys.stdout.write(f"{' | '.join(_row(results[-1]))}\n{results[-1].failure}\n")
            sys.stdout.flush()
    if not names:
        introduction, marker, _ = KEPT.read_text(encoding="utf-8").partition(_MEASURED)
        KEPT.write_text(introduction + marker + _page(results), encoding="utf-8")
    return int(any(result.failure for result in results))


def run(loader: Loader, place: Place, recording: Recording) -> Result:
    """Give a loader the recorded days, and the last one twice."""
    place.folder.mkdir()
    loader.prepare(place)
    failure = ""
    for day in recording.days[loader.settings]:
        failure = failure or loader.load(place, day)
    if failure:
        return Result(loader, failure, Findings(), "-")
    tables = loader.tables(place)
    findings, size = compare(recording, tables), tables.size()
    failure = loader.load(place, recording.days[loader.settings][-1])
    tables = loader.tables(place)
    again = "same rows" if tables.size() == size else "appends"
    return Result(loader, failure, findings, again if compare(recording, tables) == findings else "differs")


def version(loader: Loader) -> str:
    """The version that its lock file pins."""
    if not loader.lock.exists():
        return "of this project"
    found = re.search(rf"^{loader.package}==(\S+)", loader.lock.read_text(), re.MULTILINE)
    return found[1] if found else "?"


def _row(result: Result) -> tuple[str, ...]:
    found, loader = result.findings, result.loader
    set_ = [loader.to_set, *(f"`{name}={str(value).lower()}`" for name, value in SETTINGS[loader.settings].items())]
    if result.failure:
        return (loader.name, version(loader), "fails", *["-"] * 5, ", ".join(set_))
    return (
        loader.name,
        version(loader),
        f"{found.kept:,} of {found.live:,}",
        f"{found.wrong:,} of {found.values:,}",
        ", ".join(sorted(found.texts)) or "-",
        f"{found.shown} of {found.gone}",
        f"{found.named} of {found.leavers}",
        result.again,
        ", ".join(set_),
    )


def _page(results: list[Result]) -> str:
    rows = [_HEAD, ["---"] * len(_HEAD), *map(_row, results)]
    day = datetime.now(timezone.utc).date().isoformat()
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    table = [f"| {' | '.join(cells)} |" for cells in rows]
    losses = [f"- {one.loader.name}: {one.loader.loses}" for one in results if one.loader.loses]
    return "\n".join(["", f"Run on {day} with Python {python}.", "", *table, "", *losses, *([""] if losses else [])])


if __name__ == "__main__":
    sys.exit(main())

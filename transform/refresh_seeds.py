"""Make the seeds of Microsoft's facts anew from files of facts: `make seeds FACTS=folder AS_OF=2026-08-20`.

A seed is what its source says, and over it the rows of `corrections/`, which are written by hand and win. Nothing is
downloaded: the files are given. Each seed's description in `seeds.yml` names the source and its licence.
"""  # noqa: INP001 - a script beside the dbt project, no package

from __future__ import annotations

import argparse
import csv
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Row = dict[str, str]
Rows = dict[str, Row]

HERE = Path(__file__).parent
GRAPH = "00000003-0000-0000-c000-000000000000"

#: Words of licences that cost nothing by the seat. What they get wrong is corrected by hand.
_FREE = re.compile(r"trial|free|viral|explor|promo|_dev\b|developer|evaluation", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: The source marks names that it has from its readers.
_REMARK = re.compile(r"\s*\[Community Contributed\]$")
#: Ends of names that are code, and the words for them.
_CLOUDS = {
    "_USGOV_GCCHIGH": "for GCC High",
    "_USGOV_DOD": "for DoD",
    "_GCC": "for GCC",
    "_CN_CN": "for China",
    "_HUB": "",
}
_CLOUD = re.compile(rf"\s*({'|'.join(_CLOUDS)}|USGOV_GCCHIGH|USGOV_DOD|CN_CN)$")


@dataclass(frozen=True)
class Source:
    """A file of facts, and the seed that is made of it.

    Attributes:
        key: Columns of the seed that tell its rows apart: the first that is filled in.
        row: A row of the seed out of a row of the file; None if the file says nothing that helps.
    """

    seed: str
    key: tuple[str, ...]
    row: Callable[[Row], Row | None]

    def key_of(self, row: Row) -> str:
        """Return what tells a row of the seed apart."""
        return next(row[column] for column in self.key if row[column])


def _microsoft_app(fact: Row) -> Row | None:
    name, app_id = _REMARK.sub("", " ".join(fact["AppDisplayName"].split())), fact["AppId"].strip().lower()
    return {"app_id": app_id, "name": name} if name and _ID.fullmatch(app_id) else None


def _permission(id_column: str) -> Callable[[Row], Row]:
    def row(fact: Row) -> Row:
        return {"resource_app_id": GRAPH, id_column: fact["Id"].strip().lower(), "permission": fact["Value"]}

    return row


def _licence(fact: Row) -> Row:
    part_number, sku_id = fact["sku_part_number"].strip(), fact["sku_id"].strip().lower()
    name = _CLOUD.sub(lambda end: f" {_CLOUDS['_' + end[1].lstrip('_')]}".rstrip(), " ".join(fact["name"].split()))
    is_free = str(bool(_FREE.search(f"{part_number} {name}"))).lower()
    return {"sku_part_number": part_number, "sku_id": sku_id, "name": name, "is_free": is_free}


#: By the name of the file.
SOURCES = {
    "MicrosoftApps.csv": Source("microsoft_apps", ("app_id",), _microsoft_app),
    "GraphAppRoles.csv": Source("app_roles", ("app_role_id",), _permission("app_role_id")),
    "GraphDelegateRoles.csv": Source("delegated_permissions", ("permission_id",), _permission("permission_id")),
    "licences.csv": Source("licence_names", ("sku_id", "sku_part_number"), _licence),
}


def main(words: Sequence[str], project: Path = HERE) -> int:
    """Write the seeds and print what changes. Returns an exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts", type=Path, help=f"a folder with any of {', '.join(SOURCES)}")
    parser.add_argument("--as-of", required=True, help="the date of the facts, such as 2026-08-20")
    parser.add_argument("--remove", action="store_true", help="also remove rows that are neither a fact nor corrected")
    given = parser.parse_args(words)
    found = {name: source for name, source in SOURCES.items() if (given.facts / name).is_file()}
    if not found:
        sys.stderr.write(f"{given.facts} has none of {', '.join(SOURCES)}: name the folder that has.\n")
        return 2
    refreshed = [Refreshed.of(source, given.facts / name, project) for name, source in found.items()]
    for one in refreshed:
        sys.stdout.write("".join(f"{line}\n" for line in one.report()))
    if any(one.removed for one in refreshed) and not given.remove:
        sys.stderr.write(
            "Nothing is written: the removed rows would lose their names. Keep them in transform/corrections, or add "
            "--remove.\n"
        )
        return 1
    for one in refreshed:
        one.write()
        _date(project / "entra/seeds/seeds.yml", one.source.seed, given.as_of)
    return 0


@dataclass(frozen=True)
class Refreshed:
    """A seed as it was and as it will be, both by key."""

    source: Source
    path: Path
    columns: list[str]
    before: Rows
    after: Rows

    @classmethod
    def of(cls, source: Source, facts: Path, project: Path) -> Refreshed:
        """Return the seed as it is and as the facts and the corrections would have it."""
        path = project / f"entra/seeds/entra__{source.seed}.csv"
        columns, before = _read(path)
        corrections = project / f"corrections/{source.seed}.csv"
        corrected = _read(corrections)[1] if corrections.is_file() else []
        rows = [row for row in map(source.row, _read(facts)[1]) if row]
        after = {source.key_of(row): row for row in [*rows, *corrected]}
        return cls(source, path, columns, {source.key_of(row): row for row in before}, after)

    @property
    def removed(self) -> set[str]:
        """Keys that neither the facts nor the corrections have any more."""
        return self.before.keys() - self.after.keys()

    def report(self) -> Iterator[str]:
        """Yield a line for the seed and one for each row that changes."""
        added = self.after.keys() - self.before.keys()
        changed = {key for key in self.after.keys() & self.before.keys() if self.after[key] != self.before[key]}
        yield (
            f"{self.source.seed}: {len(self.after):,} rows: {len(added):,} added, {len(self.removed):,} removed, "
            f"{len(changed):,} changed"
        )
        yield from (f"  - {self._text(self.before[key])}" for key in sorted(self.removed))
        yield from (f"  ~ {self._text(self.before[key])} -> {self._text(self.after[key])}" for key in sorted(changed))
        yield from (f"  + {self._text(self.after[key])}" for key in sorted(added))

    def write(self) -> None:
        """Write the rows in the order of their columns, so that a difference between two versions is what changed."""
        rows = sorted(self.after.values(), key=lambda row: [row[column].lower() for column in self.columns])
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def _text(self, row: Row) -> str:
        return ",".join(row[column] for column in self.columns)


def _read(path: Path) -> tuple[list[str], list[Row]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        return [*(reader.fieldnames or ())], [*reader]


def _date(path: Path, seed: str, as_of: str) -> None:
    """Have a seed's description name the date of its facts."""
    text = path.read_text(encoding="utf-8")
    start = text.index(f"- name: entra__{seed}\n")
    end = text.find("\n- name: ", start)
    block = text[start : end if end >= 0 else len(text)]
    path.write_text(text.replace(block, re.sub(r"\b\d{4}-\d{2}-\d{2}\b", as_of, block, count=1)), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

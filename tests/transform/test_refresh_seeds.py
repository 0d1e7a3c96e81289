"""Seeds are made anew from files of facts, under the corrections that were made by hand."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from transform.refresh_seeds import SOURCES, Source, main

PROJECT = Path(__file__).parents[2] / "transform"
A, B, C, D, E, F = (f"{number}0000000-0000-0000-0000-000000000000" for number in range(1, 7))
APPS = "AppId,AppDisplayName,AppOwnerOrganizationId,Source\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one seed, one correction and one description."""
    for folder in ("corrections", "entra/seeds", "facts"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "entra/seeds/entra__microsoft_apps.csv").write_text(f"app_id,name\n{A},Known\n{B},Old name\n")
    (tmp_path / "corrections/microsoft_apps.csv").write_text(f"app_id,name\n{C},By hand\n{D},Ours alone\n")
    (tmp_path / "entra/seeds/seeds.yml").write_text(
        "- name: entra__microsoft_apps\n  description: as of 2020-01-01\n- name: other\n  description: 2020-01-01\n"
    )
    return tmp_path


def refreshed(project: Path, facts: str, *options: str) -> int:
    (project / "facts/MicrosoftApps.csv").write_text(APPS + facts)
    return main([str(project / "facts"), "--as-of", "2026-08-20", *options], project)


def names(project: Path) -> dict[str, str]:
    with (project / "entra/seeds/entra__microsoft_apps.csv").open(newline="") as lines:
        return {row["app_id"]: row["name"] for row in csv.DictReader(lines)}


def test_corrections_win_over_facts_and_each_change_is_printed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = (
        f"{E} ,New [Community Contributed],,\n{B},New  name,,\n{A},Known,,\n{C},By the source,,\n{F},,,\nno id,Name,,\n"
    )

    assert refreshed(project, facts) == 0

    # Sorted, and without what has no name or no id.
    expected = {A: "Known", B: "New name", C: "By hand", D: "Ours alone", E: "New"}
    assert [*names(project).items()] == [*expected.items()]
    assert capsys.readouterr().out.splitlines() == [
        "microsoft_apps: 5 rows: 3 added, 0 removed, 1 changed",
        f"  ~ {B},Old name -> {B},New name",
        f"  + {C},By hand",
        f"  + {D},Ours alone",
        f"  + {E},New",
    ]
    described = (project / "entra/seeds/seeds.yml").read_text()
    assert "as of 2026-08-20" in described
    assert described.endswith("description: 2020-01-01\n")
    assert refreshed(project, facts) == 0
    assert capsys.readouterr().out.splitlines() == ["microsoft_apps: 5 rows: 0 added, 0 removed, 0 changed"]


def test_no_id_loses_its_name_unless_asked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = names(project)

    assert refreshed(project, f"{A},Known,,\n") == 1

    said = capsys.readouterr()
    assert f"  - {B},Old name" in said.out
    assert "Nothing is written" in said.err
    assert names(project) == before
    assert refreshed(project, f"{A},Known,,\n", "--remove") == 0
    assert B not in names(project)


def test_a_folder_without_facts_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(project), "--as-of", "2026-08-20"], project) == 2
    assert "has none of MicrosoftApps.csv" in capsys.readouterr().err


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.seed)
def test_each_seed_names_source_licence_and_date(source: Source) -> None:
    described = (PROJECT / "entra/seeds/seeds.yml").read_text()
    block = described.split(f"- name: entra__{source.seed}\n")[1].split("\n- name: ")[0]

    assert re.search(r"\bas of \d{4}-\d{2}-\d{2}\b", " ".join(block.split()))
    assert re.search(r"(merill/microsoft-info|Microsoft's list)", " ".join(block.split()))
    assert re.search(r"\b(MIT|CC BY 4\.0)\b", block)


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.seed)
def test_each_correction_is_in_its_seed(source: Source) -> None:
    name = source.seed
    corrections = PROJECT / f"corrections/{name}.csv"
    lines = corrections.read_text().splitlines()[1:] if corrections.is_file() else []

    assert {*lines} <= {*(PROJECT / f"entra/seeds/entra__{name}.csv").read_text().splitlines()}

"""The word list finds what it should, and no more, in every kind of file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.prose.__main__ import hits_in, main
from tests.prose.words import WORDS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("word", "text"), [(word, text) for word in WORDS for text in word.found])
def test_is_found(word: Any, text: str) -> None:
    assert word.regex.search(text)


@pytest.mark.parametrize("text", [text for word in WORDS for text in word.fine])
def test_is_fine_by_all_words(text: str) -> None:
    assert not [word for word in WORDS if word.regex.search(text)]


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_an_example_and_a_better_word(word: Any) -> None:
    assert word.found
    assert word.say


def hits(tmp_path: Path, name: str, content: str) -> list[str]:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    return list(hits_in(file))


@pytest.mark.parametrize(
    "code",
    [
        '"""Reads a page.\n\nFor whoever asks.\n"""',
        "a = 1\n\n# Reads a page, for whoever asks.",
        'a = 1\nb = 2\nsay("for whoever asks")',
        'a = 1\nb = 2\nsay(f"for whoever asks {a}")',
        '"""Reads.\n\nFor\nwhoever asks."""',
    ],
    ids=["docstring", "comment", "message", "f-string", "wrapped line"],
)
def test_python_is_read_in_docstrings_comments_and_messages(tmp_path: Path, code: str) -> None:
    (hit,) = hits(tmp_path, "code.py", code)

    assert hit.startswith(("3:", "4:"))
    assert hit.endswith("'whoever': say who it is: the user, the caller")


def test_a_phrase_is_found_across_the_lines_of_a_comment(tmp_path: Path) -> None:
    assert hits(tmp_path, "code.py", "a = 1\n# Reads rows, so\n# many of them.") == [
        "2: 'so many': say the number, or 'that many'"
    ]


def test_names_in_python_are_left_alone(tmp_path: Path) -> None:
    assert hits(tmp_path, "code.py", 'weather = row["cure"] + nobody(hole="weather")') == []


def test_names_of_tests_are_read_as_sentences(tmp_path: Path) -> None:
    (hit,) = hits(tmp_path, "code.py", "x = 1\n\ndef test_it_asks_nobody():\n    pass\n")

    assert hit.startswith("3: 'nobody'")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.md", "# Page\n\nIt tells whoever asks.\n"),
        ("models.yml", "models:\n- name: users\n  description: for whoever asks\n"),
        ("view.sql", "select 1\n\n-- for whoever asks\n"),
        ("project.toml", "a = 1\n\n# for whoever asks\n"),
    ],
)
def test_other_files_are_read_as_a_whole(tmp_path: Path, name: str, content: str) -> None:
    (hit,) = hits(tmp_path, name, content)

    assert hit.startswith("3:")


def test_an_opener_counts_at_the_start_of_a_sentence_only(tmp_path: Path) -> None:
    text = "Of a page.\n\nThe end of a page. Of the file.\n\n- Of an item\n"

    assert [hit.partition(":")[0] for hit in hits(tmp_path, "page.md", text)] == ["1", "3", "5"]


def test_the_project_itself_passes(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = main([])

    assert exit_code == 0, capsys.readouterr().out


def test_a_file_with_such_a_word_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setattr("tests.prose.__main__.files", lambda _: [str(tmp_path / "page.md")])
    (tmp_path / "page.md").write_text("For whoever asks.\n", encoding="utf-8")

    assert main([]) == 1
    assert capsys.readouterr().out.endswith("page.md:1: 'whoever': say who it is: the user, the caller\n")

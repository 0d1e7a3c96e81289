"""Bookmarks that were damaged: cut, edited, or written by another version of the tap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    Bookmark = dict[str, Any]

#: The name of this kind.
DAMAGED = "a damaged bookmark"
_LINKS = ("delta_link", "round_link", "round_next")
_TIMES = ("doubted_newest_row", "first_round_at", "newest_row", "read_at", "replication_key_value", "round_at")
_NO_LINKS = ("https://[", "", "next", 17, "https://graph.elsewhere.example/v1.0/users/delta?$deltatoken=x", "http://\n")
_NO_TIMES: tuple[Any, ...] = (
    "9999-12-31T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "yesterday",
    5,
    [],
    "2400-01-01",
)
_NO_NUMBERS: tuple[Any, ...] = ("many", -1, 0, 1.5, 2**52, 2**70, [], True)
_NO_TEXTS: tuple[Any, ...] = ("", ",,", "!", 5, {"a": 1}, "x" * 5_000)
_NO_BOOKMARKS: tuple[Any, ...] = ({}, [], "x", None, 5)


def damage(state: dict[str, Any], random: Random) -> int:
    """Damage the bookmarks of a state, some or all. Return how many."""
    bookmarks = state.get("bookmarks") or {}
    share = random.choice((0.2, 1.0))
    damaged = [stream for stream in bookmarks if random.random() < share]
    for stream in damaged:
        # What an earlier damage left may be no bookmark any more.
        if not isinstance(bookmarks[stream], dict) or random.random() < 0.1:
            bookmarks[stream] = random.choice(_NO_BOOKMARKS)
        else:
            _damage_one(bookmarks[stream], random)
    state["novelty"] = {"bookmarks": [1, None]}
    return len(damaged)


def _damage_one(bookmark: Bookmark, random: Random) -> None:
    bookmark["novelty"] = {"since": [1, None]}
    for name in [name for name, value in bookmark.items() if value is not None and random.random() < 0.3]:
        bookmark[name] = random.choice(_in_place_of(name, bookmark[name]))


def _in_place_of(name: str, value: Any) -> tuple[Any, ...]:
    if name in _LINKS:
        return _NO_LINKS
    if name in _TIMES:
        return _NO_TIMES
    return _NO_NUMBERS if isinstance(value, int) else _NO_TEXTS

"""The permissions that the selected streams need: which, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_entra.replication import EntraStream

#: Who selects nothing can still sign in: this one needs no administrator.
_LEAST = "User.Read"
#: Streams that a line names; most permissions are for fewer.
_NAMED = 4


def needed_permissions(streams: Iterable[EntraStream]) -> dict[str, list[str]]:
    """Return the streams that need each permission, in the order of the streams.

    Each stream names the least permission that Microsoft documents for it.
    """
    needed: dict[str, list[str]] = {}
    for stream in streams:
        for permission in stream.permissions:
            needed.setdefault(permission, []).append(stream.name)
    return needed or {_LEAST: []}


def permission_lines(needed: dict[str, list[str]], *, is_person: bool) -> list[str]:
    """Return a heading, and a line for each permission with the streams that need it.

    Args:
        is_person: Whether a person signs in; else the app itself.
    """
    width = max(len(name) for name in needed)
    kind = "The sign-in asks for" if is_person else "The app itself needs"
    noun = "this permission" if len(needed) == 1 else f"these {len(needed)} permissions"
    lines = [f"{kind} {noun}, for the streams that are selected:"]
    return lines + [f"  {name:<{width}}  {_named(streams)}".rstrip() for name, streams in needed.items()]


def _named(streams: list[str]) -> str:
    named, more = streams[:_NAMED], len(streams) - _NAMED
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")

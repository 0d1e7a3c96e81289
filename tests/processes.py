"""Processes of this machine, by a variable of their environment."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def with_variable(variable: str) -> list[int]:
    """The processes that were started with `NAME=value`."""
    numbers = [int(path.name) for path in _PROC.iterdir() if path.name.isdigit()]
    return [number for number in numbers if variable.encode() in _environment(number)]


def parent(pid: int) -> int:
    """The process that started another; 0 if that has ended."""
    with suppress(OSError):
        return int((_PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _environment(pid: int) -> list[bytes]:
    with suppress(OSError):
        return (_PROC / f"{pid}/environ").read_bytes().split(b"\0")
    return []

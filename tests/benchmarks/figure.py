"""Result of a benchmark: a figure, beside its yardstick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row of the table.

    Attributes:
        what: What was measured.
        measured: The figure, with its unit.
        yardstick: What it is held against, measured in the same run or documented by Microsoft.
        ratio: The one in terms of the other, as `goal` means it.
        goal: As a person would say it.
        is_met: Whether the figure meets it.
        note: What else one should know; a sentence or two.
    """

    what: str
    measured: str
    yardstick: str
    ratio: str
    goal: str
    is_met: bool
    note: str = ""

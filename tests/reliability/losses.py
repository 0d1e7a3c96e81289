"""What went wrong in the warehouse, counted."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

    from tests.reliability.truth import Mistakes


@dataclass
class Losses:
    """Rows and values that must not be.

    Attributes:
        lost: Rows that the warehouse lacks or marks as deleted, after a run that ended well.
        doubled: Rows twice under one key, or left in the warehouse though the tenant has none such.
        deleted: Live rows that were marked as deleted, at any time.
        wrong: Values that differ.
    """

    lost: int = 0
    doubled: int = 0
    deleted: int = 0
    wrong: int = 0

    @classmethod
    def of(cls, mistakes: Mistakes) -> Self:
        """Count the mistakes in one table."""
        return cls(lost=len(mistakes.lost), doubled=len(mistakes.left), wrong=len(mistakes.wrong))

    def __add__(self, other: Losses) -> Losses:
        return Losses(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        return f"lost {self.lost}, doubled {self.doubled}, deleted {self.deleted}, wrong {self.wrong}"

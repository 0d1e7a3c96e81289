"""A promise that is broken on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutant:
    """One broken promise.

    Attributes:
        breaks: What the tap would do then.
        file: Below tap_entra.
        old, new: Text that stands there once, and what stands there instead.
        tests: Below tests, of which at least one must fail.
    """

    breaks: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def path(self) -> str:
        """From the project's root."""
        return f"tap_entra/{self.file}"

    def applied_to(self, source: str) -> str:
        """The source with the promise broken.

        Raises:
            ValueError: The text is not there, or more than once.
        """
        if source.count(self.old) != 1:
            raise ValueError(f"{self.path}: {source.count(self.old)} times, not once: {self.old!r}")
        return source.replace(self.old, self.new)

"""What pages know of a table or view: its columns, and the streams that each needs to be known."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mart:
    """One table or view of the warehouse.

    Attributes:
        key: The columns that make a row unique.
        columns: PostgreSQL types by name.
        owner: The column with the id of the person whom a row is about; None if rows are not about one person. A
            person who sees only themselves sees only their own rows, and none of a mart without an owner.
        streams: What a column needs to be known; columns that are not named need the first list of `rests_on` alone.
        rests_on: The streams without which there are no rows.
    """

    key: tuple[str, ...]
    columns: dict[str, str]
    rests_on: tuple[str, ...] = ()
    owner: str | None = None
    streams: dict[str, tuple[str, ...]] = field(default_factory=dict)

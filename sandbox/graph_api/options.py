"""The `$` of a query: system query options, parsed and refused as Graph does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.graph_errors import bad_request, unsupported_query

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KNOWN = frozenset(
    {
        "$count",
        "$deltatoken",
        "$expand",
        "$filter",
        "$format",
        "$orderby",
        "$search",
        "$select",
        "$skip",
        "$skiptoken",
        "$top",
    }
)


@dataclass(frozen=True)
class Options:
    """System query options of one request; None where absent."""

    given: Mapping[str, str]
    select: tuple[str, ...] | None
    top: int | None

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Options:
        """From a decoded query. Names work without the `$` too, as in Graph; other names are not Graph's business."""
        given: dict[str, str] = {}
        for name, value in query.items():
            option = (name if name.startswith("$") else f"${name}").lower()
            if option in KNOWN:
                given[option] = value
            elif name.startswith("$"):
                raise bad_request(f"The query parameter '{name}' is not supported.", "BadRequest")
        return cls(given, _select(given.get("$select")), _top(given.get("$top")))

    @property
    def count(self) -> bool:
        """Whether `$count=true`."""
        return self.given.get("$count", "").lower() == "true"

    def get(self, name: str) -> str | None:
        """The value of an option, e.g. `get("$filter")`."""
        return self.given.get(name)

    def allow(self, names: Collection[str]) -> None:
        """Refuse what an endpoint does not know."""
        for name in self.given:
            if name not in names and name not in ("$format", "$skiptoken"):
                raise unsupported_query(f"'{name}' is not supported by the service.")


def _select(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    if not all(names):
        raise bad_request("Parsing OData Select and Expand failed: Syntax error: character ',' is not valid.")
    return names


def _top(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise bad_request(f"Invalid value '{text}' for $top query option found.", "BadRequest")
    return int(text)

"""What a fact is: an assumption about Graph, the questions about it, and what the tap does if it does not hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tap_entra.graph import GraphError

T = TypeVar("T")

#: Pages without rows before the first row, as Graph sends them now and then.
_EMPTY_PAGES = 3
#: A code of Graph's own, such as "Request_BadRequest". Anything else may name somebody.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")


class Verdict(Enum):
    """Whether Graph is as the tap assumes. A fact that could not be asked is never "same"."""

    SAME = "same"
    OTHER = "other"
    NOT_SEEN = "not seen"


@dataclass(frozen=True)
class Seen:
    """What a fact's questions brought to light.

    Attributes:
        observed: Types, shapes, counts and codes; never a value, a name or an id of the tenant.
    """

    verdict: Verdict
    observed: str


def judge(holds: bool, observed: str) -> Seen:  # noqa: FBT001 - the judgement itself
    """Return that Graph is as assumed, or not."""
    return Seen(Verdict.SAME if holds else Verdict.OTHER, observed)


def other(observed: str) -> Seen:
    """Return that Graph is not as assumed."""
    return Seen(Verdict.OTHER, observed)


def not_seen(reason: str) -> Seen:
    """Return that the tenant cannot tell."""
    return Seen(Verdict.NOT_SEEN, reason)


@dataclass(frozen=True)
class Question:
    """One GET.

    Attributes:
        url: Path and query below the host, or a link that Graph gave.
        headers: Sent beside the usual ones, as pairs.
        is_last: Whether to ask it after all others, so that time passes before.
        is_bytes: Whether the answer is no JSON. The body of its reply is empty.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    is_last: bool = False
    is_bytes: bool = False


#: What Microsoft asks for before it counts or casts: https://learn.microsoft.com/graph/aad-advanced-queries
ADVANCED = (("ConsistencyLevel", "eventual"),)


class CannotTellError(Exception):
    """A fact ends here: what is needed to judge it is not there."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(seen.observed)
        self.seen = seen


@dataclass(frozen=True)
class Reply:
    """The answer to a question. A fact that uses the body of a refusal ends with that refusal.

    Attributes:
        headers: The headers of an answer; empty for a refusal.
        error: The refusal; None for an answer.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)
    error: GraphError | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The decoded answer.

        Raises:
            CannotTellError: Graph refused.
        """
        if self.error is not None:
            raise CannotTellError(_refusal(self.error))
        return self.content

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of a list.

        Raises:
            CannotTellError: Graph refused, or the answer is no list.
        """
        rows = self.body.get("value")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CannotTellError(other("an answer without a list of rows"))
        return rows

    @property
    def next_link(self) -> str | None:
        """The next page; None on the last one."""
        return self.body.get("@odata.nextLink")

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.error.status if self.error is not None else HTTPStatus.OK

    @property
    def code(self) -> str:
        """Status and code of a refusal."""
        return code_of(self.error) if self.error is not None else "200"

    def raise_unless_told(self) -> None:
        """End the fact if Graph could not be asked: a plan, a permission or an answer is missing.

        Raises:
            CannotTellError: So it is.
        """
        if self.error is not None and _cannot_be_asked(self.error):
            raise CannotTellError(_refusal(self.error))


def accepted(reply: Reply) -> Seen:
    """Return whether Graph accepts a question as it was asked."""
    reply.raise_unless_told()
    return judge(reply.error is None, "accepted" if reply.error is None else f"refused ({reply.code})")


#: The questions of a fact, one after the other, and what they brought to light.
Inquiry = Generator[Question, Reply, Seen]


@dataclass(frozen=True)
class Known:
    """What is known before the first question.

    Attributes:
        now: Graph's own clock.
        delta_links: Links of an earlier run by path, e.g. "/users"; empty without a state.
    """

    now: datetime
    delta_links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fact:
    """Something that the tap assumes about Graph.

    Attributes:
        name: A word for scripts and reports.
        assumed: The assumption as a sentence, as short as a cell of a table.
        ask: The questions, and the judgement about their answers.
        then: What the tap does where the assumption does not hold.
        streams: The streams that rest on it; none for lists that only some versions of the tap read.
    """

    name: str
    assumed: str
    ask: Callable[[Known], Inquiry]
    then: str
    streams: tuple[str, ...] = ()


def first_rows(url: str, headers: tuple[tuple[str, str], ...] = ()) -> Generator[Question, Reply, Reply]:
    """Ask for the first page of a list that has rows.

    Raises:
        CannotTellError: The list is empty or refused.
    """
    reply = yield Question(url, headers)
    for _ in range(_EMPTY_PAGES):
        if reply.rows or not reply.next_link:
            break
        reply = yield Question(reply.next_link, headers)
    if not reply.rows:
        raise CannotTellError(not_seen("no row on the first pages" if reply.next_link else "the list is empty"))
    return reply


def all_rows(url: str, most_pages: int) -> Generator[Question, Reply, list[dict[str, Any]]]:
    """Ask for a whole list.

    Raises:
        CannotTellError: It has more pages than that.
    """
    reply = yield Question(url)
    rows = [*reply.rows]
    for _ in range(most_pages):
        if not reply.next_link:
            return rows
        reply = yield Question(reply.next_link)
        rows += reply.rows
    raise CannotTellError(not_seen(f"the list is longer than {most_pages} pages"))


def found(things: Iterable[T], lacking: str) -> T:
    """Return the first of some things.

    Raises:
        CannotTellError: There is none.
    """
    for thing in things:
        return thing
    raise CannotTellError(not_seen(lacking))


def code_of(error: GraphError) -> str:
    """Return status and code of a refusal, without what Graph wrote about it."""
    code = error.code if _CODE.fullmatch(error.code) else ""
    return " ".join(filter(None, [str(error.status) if error.status else "no answer", code]))


def _refusal(error: GraphError) -> Seen:
    """Return what a refused question says about the assumption that it would be answered."""
    if error.lacks_plan:
        return not_seen(f"the tenant has no plan for it ({code_of(error)})")
    if error.lacks_role:
        return not_seen(f"the signed-in person has no role for it ({code_of(error)})")
    if error.is_refusal:
        return not_seen(f"refused ({code_of(error)})")
    if _cannot_be_asked(error):
        return not_seen(f"no usable answer ({code_of(error)})")
    return other(f"refused as a wrong question ({code_of(error)})")


def _cannot_be_asked(error: GraphError) -> bool:
    return error.is_refusal or error.is_transient or error.is_unauthenticated

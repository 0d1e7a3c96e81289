"""Which messages are due, and their words. No database, no network: facts and memory in, messages out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pages import vocabulary, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from notify.facts import Facts, Kind

AGAIN_AFTER = timedelta(days=7)
MAX_LENGTH = 1_000
#: The most names in one message, if names are allowed.
_NAMES = 5
_FIRST, _WEEK, _ACTION, _SIGN_IN = "first load", "week", "action:", "action:sign-in"


@dataclass(frozen=True)
class Told:
    """What one address knows: the state that it was last sent, and when, UTC."""

    state: str
    at: datetime


@dataclass(frozen=True)
class Message:
    """A message that is due.

    Attributes:
        title: First line.
        body: Plain text, at most 1,000 characters.
        remembers: States by key, to keep once the service has accepted the message.
        forgets: Keys that no longer count.
    """

    title: str
    body: str
    remembers: dict[str, str] = field(default_factory=dict)
    forgets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wishes:
    """How a reader wants the messages: see Settings."""

    pages_url: str | None = None
    weekday: int = 0
    shows_names: bool = False


def due(facts: Facts, told: Mapping[str, Told], wishes: Wishes) -> Iterator[Message]:
    """Yield the messages that an address has not had yet, in the order in which to send them."""
    for make in (_first_load, _actions, _all_well, _week):
        message = make(facts, told, wishes)
        if message:
            yield message


def _first_load(facts: Facts, told: Mapping[str, Told], wishes: Wishes) -> Message | None:
    states = {stream.state for stream in facts.streams}
    if _FIRST in told or "active" not in states or "getting data" in states:
        return None
    parts = [
        words.count(facts.people, "active account", "active accounts") if facts.people is not None else None,
        words.count(facts.apps, "app", "apps") if facts.apps is not None else None,
        f"sign-ins since {words.day(facts.observed_since)}" if facts.observed_since else None,
    ]
    absent = [vocabulary.stream(stream.name) for stream in facts.streams if stream.state == "not available"]
    lines = [
        words.sentence(", ".join(part for part in parts if part)) + "." if any(parts) else "",
        f"Not available here: {words.listed(absent, most=_NAMES)}." if absent else "",
    ]
    title = f"The directory of {facts.company} is in" if facts.company else "Your directory is in"
    return Message(title, _body(lines, wishes), {_FIRST: "told"})


def _actions(facts: Facts, told: Mapping[str, Told], wishes: Wishes) -> Message | None:
    problems = _problems(facts)
    news = {key for key, (reason, _) in problems.items() if _is_news(key, reason, told, facts.now)}
    if not news:
        return None
    # Streams with one reason and one action make one sentence: a dead pipeline has 28 of them.
    together: dict[tuple[str, str], list[str]] = {}
    for key in sorted(news):
        together.setdefault(problems[key], []).append(_subject(key))
    lines = [
        f"{words.listed(subjects, most=3)}: {reason}. {action}".rstrip()
        for (reason, action), subjects in together.items()
    ]
    title = "Action required: " + ("the sign-in" if news == {_SIGN_IN} else "data is not up to date")
    return Message(title, _body(lines, wishes, "/status"), {key: problems[key][0] for key in news})


def ended(facts: Facts, told: Mapping[str, Told]) -> frozenset[str]:
    """Return the keys of problems that are over while others last: if they come back, they are news."""
    problems = _problems(facts)
    return frozenset(key for key in told if problems and key.startswith(_ACTION) and key not in problems)


def _is_news(key: str, reason: str, told: Mapping[str, Told], now: datetime) -> bool:
    return key not in told or told[key].state != reason or now - told[key].at >= AGAIN_AFTER


def _problems(facts: Facts) -> dict[str, tuple[str, str]]:
    problems = {
        _ACTION + stream.name: (stream.reason, stream.action or "")
        for stream in facts.streams
        if stream.state == "action required"
    }
    return problems | ({_SIGN_IN: facts.sign_in} if facts.sign_in else {})


def _subject(key: str) -> str:
    return "The sign-in of the tap" if key == _SIGN_IN else vocabulary.stream(key.removeprefix(_ACTION))


def _all_well(facts: Facts, told: Mapping[str, Told], wishes: Wishes) -> Message | None:
    past = frozenset(key for key in told if key.startswith(_ACTION))
    if not past or _problems(facts):
        return None
    return Message("All is well again", _body(["Everything that can be read is up to date."], wishes), forgets=past)


def _week(facts: Facts, told: Mapping[str, Told], wishes: Wishes) -> Message | None:
    if facts.kinds is None or _FIRST not in told:
        return None
    begins = (facts.now - timedelta(days=(facts.now.weekday() - wishes.weekday) % 7)).date()
    before = json.loads(told[_WEEK].state) if _WEEK in told else None
    if before and before["week"] >= begins.isoformat():
        return None
    if not before and facts.now.weekday() != wishes.weekday:
        return None
    lines = list(_week_lines(facts, before["open"] if before else {}, wishes))
    state = {"week": begins.isoformat(), "open": {kind.name: kind.open for kind in facts.kinds}}
    title = f"The week in {facts.company}" if facts.company else "The week"
    body = _body(lines or ["Nothing new, and nothing to look into."], wishes, "/insights")
    return Message(title, body, {_WEEK: json.dumps(state)})


def _week_lines(facts: Facts, before: Mapping[str, int], wishes: Wishes) -> Iterator[str]:
    if facts.new_apps:
        named = f": {words.listed(facts.new_apps, most=_NAMES)}" if wishes.shows_names else ""
        yield f"{words.count(len(facts.new_apps), 'app was', 'apps were')} used for the first time{named}."
    events = [
        words.count(number, event.one, event.many).lower()
        for name, event in vocabulary.EVENTS.items()
        if (number := (facts.events or {}).get(name))
    ]
    if events:
        yield f"In the last days: {words.listed(events, most=len(events))}."
    open_kinds = [kind for kind in facts.kinds or () if kind.open]
    for kind in sorted(open_kinds, key=_importance(before)):
        moved = kind.open - before.get(kind.name, 0) if before else 0
        change = f" ({abs(moved)} {'more' if moved > 0 else 'fewer'} than last time)" if moved else ""
        saving = f", {words.money(kind.saving, kind.currency)} a month" if kind.saving else ""
        yield f"{vocabulary.kind(kind.name).title}: {words.number(kind.open)}{change}{saving}"
    for name, number in before.items():
        if number and name not in {kind.name for kind in open_kinds}:
            yield f"{vocabulary.kind(name).title}: none any more ({number} last time)"


def _importance(before: Mapping[str, int]) -> Callable[[Kind], tuple[int, int]]:
    return lambda kind: (-abs(kind.open - before.get(kind.name, kind.open)), -kind.open)


def _body(lines: Sequence[str], wishes: Wishes, page: str = "") -> str:
    link = f"{wishes.pages_url}{page}" if wishes.pages_url else ""
    kept: list[str] = []
    room = MAX_LENGTH - len(link) - 40
    for line in filter(None, lines):
        if sum(map(len, kept)) + len(kept) + len(line) > room:
            kept.append(f"And {words.count(len(lines) - len(kept), 'line', 'lines')} more on the pages.")
            break
        kept.append(line)
    return "\n".join([*kept, *([link] if link else [])])[:MAX_LENGTH]

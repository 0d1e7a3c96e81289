"""Which messages are due, and what they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from notify.facts import Facts, Kind, Stream
from notify.messages import MAX_LENGTH, Message, Told, Wishes, due, ended

MONDAY = datetime(2026, 11, 23, 6)  # noqa: DTZ001 - times of the warehouse are UTC, without a zone
ACTIVE = Stream("users", "active", "up to date", None)
WAITING = Stream("sign_ins", "getting data", "the first load has not ended yet", None)
FAILING = Stream("sign_ins", "action required", "rows are missing (Authentication_Failed)", "Run connect again.")
LOADED = {"first load": Told("told", MONDAY)}


def facts(*streams: Stream, now: datetime = MONDAY, **others: Any) -> Facts:
    return Facts(now=now, streams=streams or (ACTIVE,), company="Larkspur", **others)


class Reader:
    """Somebody who gets every message, and remembers it."""

    def __init__(self, told: dict[str, Told] | None = None, **wishes: Any) -> None:
        self.told = dict(told or {})
        self.wishes = Wishes(**wishes)

    def reads(self, now: Facts) -> list[Message]:
        for key in ended(now, self.told):
            del self.told[key]
        messages = list(due(now, self.told, self.wishes))
        for message in messages:
            self.told |= {key: Told(state, now.now) for key, state in message.remembers.items()}
            self.told = {key: told for key, told in self.told.items() if key not in message.forgets}
        return messages

    def titles(self, now: Facts) -> list[str]:
        return [message.title for message in self.reads(now)]


def test_the_first_load_is_announced_once_when_all_of_it_is_there() -> None:
    reader = Reader(pages_url="https://people.example")
    full: dict[str, Any] = {"people": 88, "apps": 130, "observed_since": MONDAY - timedelta(days=29)}

    assert reader.reads(facts(ACTIVE, WAITING, **full)) == []
    (message,) = reader.reads(facts(ACTIVE, Stream("risk", "not available", "no plan", None), **full))

    assert message.title == "The directory of Larkspur is in"
    assert message.body.splitlines() == [
        "88 active accounts, 130 apps, sign-ins since 25 October 2026.",
        "Not available here: Risk.",
        "https://people.example",
    ]
    assert reader.reads(facts(**full)) == []


def test_a_figure_that_is_not_known_is_left_out() -> None:
    (message,) = Reader().reads(facts(people=None, apps=3))

    assert message.body == "3 apps."


def test_nothing_is_in_while_nothing_is_active() -> None:
    assert Reader().reads(facts(Stream("users", "not selected", "never read", None))) == []


def test_a_problem_is_sent_with_reason_and_action_once_and_again_after_a_week() -> None:
    reader = Reader(LOADED)

    (message,) = reader.reads(facts(FAILING))
    silence = [reader.reads(facts(FAILING, now=MONDAY + timedelta(days=day))) for day in range(1, 7)]
    (again,) = reader.reads(facts(FAILING, now=MONDAY + timedelta(days=7)))

    assert message.title == "Action required: data is not up to date"
    assert message.body == (
        "Sign-ins with the person present: rows are missing (Authentication_Failed). Run connect again."
    )
    assert silence == [[]] * 6
    assert again == message


def test_another_reason_is_news() -> None:
    reader = Reader(LOADED)
    reader.reads(facts(FAILING))

    assert reader.titles(facts(Stream("sign_ins", "action required", "not read since", None))) == [
        "Action required: data is not up to date"
    ]


def test_all_is_well_again_is_said_when_no_problem_is_left() -> None:
    reader = Reader(LOADED)
    other = Stream("users", "action required", "refused", None)
    reader.reads(facts(FAILING, other))

    assert reader.titles(facts(other, now=MONDAY + timedelta(days=1))) == []
    assert reader.titles(facts(now=MONDAY + timedelta(days=2))) == ["All is well again"]
    assert reader.titles(facts(now=MONDAY + timedelta(days=2))) == []


def test_a_problem_that_comes_back_while_another_lasts_is_news() -> None:
    reader = Reader(LOADED)
    other = Stream("users", "action required", "refused", None)
    reader.reads(facts(FAILING, other))
    reader.reads(facts(other))

    assert reader.titles(facts(FAILING, other)) == ["Action required: data is not up to date"]


def test_a_pipeline_that_died_is_one_sentence() -> None:
    dead = [Stream(f"s{n}", "action required", "not read since 2026-11-20", "Run it daily.") for n in range(28)]

    (message,) = Reader(LOADED).reads(facts(*dead))

    assert message.body == "S0, S1, S10 and 25 more: not read since 2026-11-20. Run it daily."


def test_a_sign_in_that_needs_action_is_a_problem() -> None:
    (message,) = Reader(LOADED).reads(facts(sign_in=("it expires in 12 days", "Run connect.")))

    assert message.title == "Action required: the sign-in"
    assert message.body == "The sign-in of the tap: it expires in 12 days. Run connect."


WEEK = (Kind("unused_licence", 12, 300, "EUR"), Kind("stale_admin", 2), Kind("new_app", 0))  # type: ignore[arg-type]


def test_the_week_compares_with_the_week_before() -> None:
    reader = Reader(LOADED)
    (first,) = reader.reads(facts(kinds=WEEK, new_apps=("Zoom", "Miro")))
    later = (Kind("unused_licence", 15, 375, "EUR"),)  # type: ignore[arg-type]

    between = [reader.reads(facts(kinds=later, now=MONDAY + timedelta(days=day))) for day in range(7)]
    (second,) = reader.reads(facts(kinds=later, now=MONDAY + timedelta(days=7)))

    assert first.title == "The week in Larkspur"
    assert first.body.splitlines() == [
        "2 apps were used for the first time.",
        "Unused licences: 12, 300 EUR a month",
        "Quiet administrators: 2",
    ]
    assert between == [[]] * 7
    assert second.body.splitlines() == [
        "Unused licences: 15 (3 more than last time), 375 EUR a month",
        "Quiet administrators: none any more (2 last time)",
    ]


def test_the_week_comes_later_if_its_day_was_missed_and_only_after_the_first_one() -> None:
    wednesday = MONDAY + timedelta(days=2)

    assert Reader(LOADED).reads(facts(kinds=WEEK, now=wednesday)) == []
    reader = Reader(LOADED)
    reader.reads(facts(kinds=WEEK))
    assert reader.titles(facts(kinds=WEEK, now=wednesday + timedelta(days=7))) == ["The week in Larkspur"]
    assert reader.titles(facts(kinds=WEEK, now=MONDAY + timedelta(days=14))) == ["The week in Larkspur"]


def test_the_day_of_the_week_may_be_chosen() -> None:
    thursday = MONDAY + timedelta(days=3)

    assert Reader(LOADED, weekday=3).titles(facts(kinds=WEEK, now=thursday)) == ["The week in Larkspur"]
    assert Reader(LOADED, weekday=3).titles(facts(kinds=WEEK)) == []


def test_names_are_shown_only_if_that_is_allowed_and_then_few() -> None:
    apps = tuple(f"App {n}" for n in range(9))

    (silent,) = Reader(LOADED).reads(facts(kinds=(), new_apps=apps))
    (named,) = Reader(LOADED, shows_names=True).reads(facts(kinds=(), new_apps=apps))

    assert silent.body == "9 apps were used for the first time."
    assert named.body == "9 apps were used for the first time: App 0, App 1, App 2, App 3, App 4 and 4 more."


def test_a_message_is_short_and_says_what_it_leaves_out() -> None:
    many = [Stream(f"stream {n}", "action required", f"reason {n} " * 8, None) for n in range(40)]

    (message,) = Reader(LOADED, pages_url="https://people.example").reads(facts(*many))

    assert len(message.body) <= MAX_LENGTH
    assert message.body.splitlines()[-1] == "https://people.example/status"
    shown = len(message.body.splitlines()) - 2
    assert message.body.splitlines()[-2] == f"And {40 - shown} lines more on the pages."
    assert len(message.remembers) == 40

"""How a stretch of a log is cut."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tap_entra.replication.windows import Window, Windows

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def width(window: Window | None) -> timedelta:
    assert window
    return window.end - window.start


def read_all(end: datetime, fates: list[int | None]) -> list[Window]:
    """Read to the end: each window gets so many rows, or fails and is halved if it can be (None); light at last."""
    windows = Windows(START, end)
    left = iter(fates)
    waiting: list[Window] = []
    done = []
    while window := waiting.pop(0) if waiting else windows.take():
        fate = next(left, 0)
        if fate is None and window.can_be_halved:
            waiting[:0] = windows.halve(window)
        else:
            windows.learn(window, fate or 0)
            done.append(window)
    return done


@given(
    st.integers(0, 40 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds)),
    st.lists(st.one_of(st.none(), st.integers(0, 200_000)), max_size=40),
)
def test_windows_join_without_a_gap_whatever_happens_to_them(end: datetime, fates: list[int | None]):
    done = read_all(end, fates)

    assert all(before.end == after.start for before, after in pairwise(done))
    assert all(window.start < window.end for window in done)
    assert (done[0].start, done[-1].end) == (START, end) if done else end == START


def test_the_first_window_is_a_day():
    assert width(Windows(START, START + 30 * DAY).take()) == DAY


def test_there_is_none_where_there_is_no_time():
    assert Windows(START, START).take() is None
    assert Windows(START, START - DAY).take() is None


def test_a_heavy_window_makes_the_next_ones_narrower():
    windows = Windows(START, START + 30 * DAY)
    window = windows.take()
    assert window

    windows.learn(window, 40_000)

    assert width(windows.take()) == DAY / 4


def test_a_light_window_makes_the_next_ones_wider_but_not_without_bounds():
    windows = Windows(START, START + 300 * DAY)
    window = windows.take()
    assert window

    windows.learn(window, 3)

    assert DAY < width(windows.take()) <= 8 * DAY


def test_a_short_rest_of_a_day_says_nothing_about_whole_days():
    windows = Windows(START, START + 300 * DAY)
    windows.learn(Window(START, START + HOUR), 3)

    assert width(windows.take()) == DAY


def test_halves_meet_at_a_whole_second_and_the_next_are_no_wider():
    windows = Windows(START, START + 30 * DAY)

    first, second = windows.halve(Window(START, START + timedelta(minutes=3, seconds=1)))

    assert first.end == second.start == START + timedelta(seconds=90)
    assert width(windows.take()) == timedelta(seconds=90)


def test_windows_are_not_cut_below_a_minute():
    assert Window(START, START + 2 * MINUTE).can_be_halved
    assert not Window(START, START + 2 * MINUTE - timedelta(seconds=1)).can_be_halved

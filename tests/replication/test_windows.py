"""How a log is cut into windows."""

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


def cut_by(rows: int, covered: timedelta, end: datetime = START + 300 * DAY) -> Windows:
    """Windows whose first one proved too heavy."""
    windows = Windows(START, end)
    window = windows.take()
    assert window
    assert not windows.cut(window, rows, covered)
    return windows


def read_all(end: datetime, fates: list[int | None], first_page: tuple[int, timedelta] | None) -> list[Window]:
    """Read to the end: each window gets that many rows, or fails and is halved if it can be (None); light at last.

    Args:
        first_page: The rows and the time of the first page; None to leave it out.
    """
    windows = Windows(START, end)
    left = iter(fates)
    waiting: list[Window] = []
    done = []
    while window := waiting.pop(0) if waiting else windows.take():
        fate = next(left, 0)
        if fate is None and window.can_be_halved:
            waiting[:0] = windows.halve(window)
        elif not first_page or windows.is_cut or windows.cut(window, *first_page):
            windows.learn(window, fate or 0)
            done.append(window)
    return done


@given(
    st.integers(0, 40 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds)),
    st.lists(st.one_of(st.none(), st.integers(0, 200_000)), max_size=40),
    st.one_of(st.none(), st.tuples(st.integers(1, 1_000), st.timedeltas(HOUR, 40 * DAY))),
)
def test_windows_join_without_a_gap_whatever_happens_to_them(
    end: datetime, fates: list[int | None], first_page: tuple[int, timedelta] | None
) -> None:
    done = read_all(end, fates, first_page)

    assert all(before.end == after.start for before, after in pairwise(done))
    assert all(window.start < window.end for window in done)
    assert (done[0].start, done[-1].end) == (START, end) if done else end == START


def test_the_first_window_is_all_the_time_there_is() -> None:
    windows = Windows(START, START + 30 * DAY)

    assert windows.take() == Window(START, START + 30 * DAY)
    assert windows.take() is None


def test_there_is_none_where_there_is_no_time() -> None:
    assert Windows(START, START).take() is None
    assert Windows(START, START - DAY).take() is None


def test_a_first_page_that_covers_much_leaves_the_window_whole() -> None:
    windows = Windows(START, START + 30 * DAY)
    window = windows.take()
    assert window

    assert windows.cut(window, 1_000, 4 * DAY)

    assert windows.take() is None


def test_a_first_page_that_covers_little_has_the_window_given_out_again_in_pieces() -> None:
    windows = cut_by(1_000, HOUR)

    assert windows.take() == Window(START, START + 10 * HOUR)


def test_a_page_full_of_one_instant_means_the_narrowest_windows() -> None:
    assert width(cut_by(1_000, timedelta()).take()) == MINUTE


def test_a_heavy_window_makes_the_next_ones_narrower() -> None:
    windows = cut_by(1_000, DAY / 10)
    window = windows.take()
    assert window
    assert width(window) == DAY

    windows.learn(window, 40_000)

    assert width(windows.take()) == DAY / 4


def test_a_light_window_makes_the_next_ones_wider_but_not_without_bounds() -> None:
    windows = cut_by(1_000, DAY / 10)
    window = windows.take()
    assert window

    windows.learn(window, 3)

    assert width(windows.take()) == 8 * DAY


def test_a_short_rest_says_nothing_about_whole_windows() -> None:
    windows = cut_by(1_000, DAY / 10)

    windows.learn(Window(START, START + HOUR), 3)

    assert width(windows.take()) == DAY


def test_of_a_window_that_failed_the_first_half_is_read_and_the_rest_given_out_anew() -> None:
    windows = Windows(START, START + 30 * DAY)
    window = windows.take()
    assert window

    halves = windows.halve(window)
    assert halves == (Window(START, START + 15 * DAY),)
    assert not windows.cut(halves[0], 1_000, HOUR)

    assert windows.take() == Window(START, START + 10 * HOUR)


def test_where_others_are_under_way_both_halves_are_read() -> None:
    windows = cut_by(1_000, DAY / 10)
    first, second = windows.take(), windows.take()
    assert first
    assert second

    assert windows.halve(first) == (Window(START, START + DAY / 2), Window(START + DAY / 2, START + DAY))

    assert windows.take() == Window(second.end, second.end + DAY / 2)


def test_halves_meet_at_a_whole_second() -> None:
    windows = Windows(START, START + 30 * DAY)

    first, second = windows.halve(Window(START, START + timedelta(minutes=3, seconds=1)))

    assert first.end == second.start == START + timedelta(seconds=90)


def test_windows_are_not_cut_below_a_minute() -> None:
    assert Window(START, START + 2 * MINUTE).can_be_halved
    assert not Window(START, START + 2 * MINUTE - timedelta(seconds=1)).can_be_halved

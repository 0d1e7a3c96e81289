"""`python -m tests.reliability`: let everything go wrong, many times, and say what came of it.

Exits with 1 if anything was lost, doubled, wrongly deleted or otherwise not as it should be.
"""

from __future__ import annotations

import argparse
import logging
import math
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TYPE_CHECKING

from tests.reliability import days, faults, kills
from tests.reliability.fault_table import WEATHERS
from tests.reliability.page import read_page, write_page
from tests.reliability.pipelines import LINES
from tests.reliability.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

#: Shares of a hundred kills: into memory is cheap, a whole Meltano is not.
_SHARES = (72, 18, 10)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try it all. Returns an exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("--runs", type=int, default=1_020, help="runs that a fault strikes (default: %(default)s)")
    parser.add_argument("--kills", type=int, default=100, help="of tap, loader and Meltano (default: %(default)s)")
    parser.add_argument("--lives", type=int, default=0, help="companies with days in any order (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another number, other trials (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="processes to try with (default: %(default)s)")
    parser.add_argument(
        "--keep",
        action="store_true",
        help="write the table into docs/reliability.md; FAULTs that are not named keep their lines",
    )
    parser.add_argument("names", nargs="*", metavar="FAULT", help="only these faults")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - WEATHERS.keys():
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    began = time.monotonic()
    tallies = sorted(_try_all(options), key=lambda tally: tally.order)
    problems = [problem for tally in tallies for problem in tally.problems]
    for tally in tallies:
        sys.stdout.write(f"{tally}\n")
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{sum(tally.tried for tally in tallies)} trials in {(time.monotonic() - began) / 60:.0f} min.\n")
    if options.keep:
        others = [one for one in read_page() if one.name not in options.names] if options.names else []
        write_page(sorted([*tallies, *others], key=lambda tally: tally.order), options.seed)
    return int(bool(problems))


def _try_all(options: argparse.Namespace) -> Iterator[Tally]:
    """In processes of their own: each has one tap, one sandbox and one set of signal handlers."""
    names = options.names or list(WEATHERS)
    each = math.ceil(options.runs / len(names))
    with ProcessPoolExecutor(options.jobs, get_context("spawn"), initializer=logging.disable) as pool:
        tried: dict[Future[list[Tally]], str] = {}
        for place, share in reversed([*enumerate(_SHARES)]):
            if options.kills:
                # The longest first.
                count = math.ceil(options.kills * share / sum(_SHARES))
                tried[pool.submit(kills.tried, LINES[place], count, options.seed)] = LINES[place].name
        if options.lives:
            tried[pool.submit(days.tried, options.lives, options.seed)] = "days"
        tried |= {pool.submit(faults.tried, name, each, options.seed): name for name in names if each}
        for done in as_completed(tried):
            for tally in _tallies(done, tried[done]):
                sys.stderr.write(f"{tally}\n")
                yield tally


def _tallies(done: Future[list[Tally]], name: str) -> list[Tally]:
    try:
        return done.result()
    except Exception:  # noqa: BLE001 - the other trials are reported all the same
        return [Tally("trouble", name, (3,), problems=[traceback.format_exc()])]


if __name__ == "__main__":
    sys.exit(main())

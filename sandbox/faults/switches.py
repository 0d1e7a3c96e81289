"""All switches in one object. Without a change of a switch, Graph is at its best."""

from __future__ import annotations

import fnmatch
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.faults.catalogue import FAULTS, Fault, Strike
from sandbox.faults.limits import Limits
from sandbox.faults.oddities import Oddities
from sandbox.faults.turned import Turned

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sandbox.messages import Request, Response
    from sandbox.tenant.collection_store import Change

T = TypeVar("T")


@dataclass
class _Rule:
    """Where and how often a fault strikes: `times` more requests, or a share of them."""

    name: str
    fault: Fault
    path: str
    times: int | None
    rate: float
    how: dict[str, Any]


@dataclass
class Faults:
    """Switches. Rates are shares of 1, drawn from a seed.

    Attributes:
        latency_s: Every answer comes this late, give or take up to `jitter_s`.
        empty_pages: Share of list pages that come without rows though more follow.
        replays: Share of later delta rounds that begin with changes already told.
        repeated_changes: Share of changes within a delta round that come twice.
        duplicate_rows: Share of log rows that come twice in a window.
        overlaps: Share of pages that begin with the last row of the page before.
        page_limit: Most rows per page of lists that come in pages, whatever $top asks for; None: no such limit.
        doubted_plans: Share of premium requests refused although the tenant has the plan, when the app has
            Directory.Read.All, and when it has not.
        shrunken: Path of a list -> share of its rows that it still shows; 0 empties it.
        counts: Whether lists can be counted; those of a B2C tenant cannot.
        expands: Whether lists take `$expand`.
        miscounts: Path of a list -> by how many rows the index that counts it is off, being minutes behind.
        sign_in_activity_page: Most users per page with signInActivity; was 120, and 100 before that.
        delta_page: Objects per page in delta rounds.
        delta_hides_service_principals: Whether delta rounds leave out members that are apps, as v1.0's lists do.
        member_chunk: Links of one object in one entry of a delta round.
        loses_grants: Whether oauth2PermissionGrants loses rows in pages smaller than 999.
        retention: How long sign-in and audit logs are kept for a tenant with a plan.
        forgotten_statuses: What forgotten delta links are answered with, in turn.
        strikes: How often each fault has struck.
        spoiled: Id and property of each value that was sent in a form that fits no column.
        oddities: How often each of the shares above, and each switch of `odd`, has made a difference, by its name.
        odd: Odd answers, each switched by itself.
        turned: What clients assume about Graph, turned by a switch each.
    """

    users: int
    now: Callable[[], datetime]
    seed: int = 1
    latency_s: float = 0.0
    jitter_s: float = 0.0
    empty_pages: float = 0.05
    replays: float = 0.2
    repeated_changes: float = 0.1
    duplicate_rows: float = 0.002
    overlaps: float = 0.0
    page_limit: int | None = None
    doubted_plans: tuple[float, float] = (0.0, 0.5)
    shrunken: dict[str, float] = field(default_factory=dict)
    counts: bool = True
    expands: bool = True
    miscounts: dict[str, int] = field(default_factory=dict)
    sign_in_activity_page: int = 500
    delta_page: int = 200
    member_chunk: int = 50
    delta_hides_service_principals: bool = False
    loses_grants: bool = True
    retention: timedelta = timedelta(days=30)
    forgotten_statuses: tuple[int, ...] = (400, 410)
    strikes: Counter[str] = field(default_factory=Counter)
    spoiled: set[tuple[str, str]] = field(default_factory=set)
    oddities: Counter[str] = field(default_factory=Counter)
    limits: Limits = field(init=False)
    odd: Oddities = field(init=False)
    turned: Turned = field(default_factory=Turned)

    def __post_init__(self) -> None:
        self.limits = Limits(self.users)
        self.odd = Oddities(self.seed, self.oddities)
        self._rng = Random(self.seed)
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()
        self._forgotten = 0

    # Faults

    def next(self, fault: str, *, times: int = 1, path: str = "*", **how: Any) -> None:
        """The next requests that match answer with a fault.

        Args:
            fault: A name in `FAULTS`.
            path: A pattern as in a shell, below the version for Graph ("/users/*/photo"), whole for the login host
                ("*/token").
            how: `retry_after` (text, "" for none), `stall_s` or `share`.
        """
        self._rules.append(_Rule(fault, FAULTS[fault], path, times, 1.0, how))

    def often(self, fault: str, rate: float, *, path: str = "*", **how: Any) -> None:
        """A share of all requests that match answers with a fault, until `clear`."""
        self._rules.append(_Rule(fault, FAULTS[fault], path, None, rate, how))

    def clear(self) -> None:
        """No more faults or odd answers, and lists are whole."""
        self._rules.clear()
        self.shrunken.clear()
        self.odd.clear()
        self.turned.clear()

    def delay(self) -> None:
        """Let a request take its time."""
        if self.latency_s or self.jitter_s:
            time.sleep(max(0.0, self.latency_s + self.jitter_s * self._rng.uniform(-1, 1)))

    def strike(self, request: Request) -> dict[str, str]:
        """Refuse a request if a fault or a limit says so, else return the headers that tell of limits.

        Raises:
            Refusal: What is answered instead.
        """
        rule = self._rule(request, lambda fault: fault.refuse is not None)
        if rule is not None and rule.fault.refuse is not None:
            raise rule.fault.refuse(self._how(rule, request))
        return self.limits.count(request)

    def spoil(self, request: Request, response: Response, *, in_batch: bool = False) -> Response:
        """Damage an answer if a fault says so.

        Args:
            in_batch: It is one of several answers of a `$batch`.
        """

        def can_damage(fault: Fault) -> bool:
            return fault.spoil is not None and (fault.in_batches or not in_batch) and fault.fits(response)

        rule = self._rule(request, can_damage)
        if rule is None or rule.fault.spoil is None:
            return response
        return rule.fault.spoil(response, self._how(rule, request))

    def _rule(self, request: Request, kind: Callable[[Fault], bool]) -> _Rule | None:
        if not self._rules:
            return None
        path = "/" + request.path.split("/", 2)[-1] if request.path.startswith(("/v1.0/", "/beta/")) else request.path
        with self._lock:
            for rule in self._rules:
                fits = kind(rule.fault) and rule.fault.applies(request) and fnmatch.fnmatchcase(path, rule.path)
                if not fits or rule.times == 0 or (rule.rate < 1 and self._rng.random() >= rule.rate):
                    continue
                if rule.times is not None:
                    rule.times -= 1
                self.strikes[rule.name] += 1
                return rule
        return None

    def _how(self, rule: _Rule, request: Request) -> Strike:
        url = f"https://{request.host}{request.path}"
        return Strike(now=self.now(), rng=self._rng, url=url, target=request.target, spoiled=self.spoiled, **rule.how)

    # What the surface asks

    def leaves_page_empty(self) -> bool:
        """Whether this page comes without rows."""
        return self._happens("empty_pages")

    def overlap(self) -> int:
        """How many rows of the page before come again at the beginning of this one."""
        return int(self._happens("overlaps"))

    def repeats(self) -> bool:
        """Return whether this change is reported twice."""
        return self._happens("repeated_changes")

    def doubts_the_plan(self, *, directory_scope: bool) -> bool:
        """Return whether Graph denies that a licensed tenant is licensed."""
        return self._rng.random() < self.doubted_plans[0 if directory_scope else 1]

    def replay_from(self, history: Sequence[Change], revision: int) -> int:
        """The revision that a delta round really starts from: its own, or a few changes earlier."""
        seen = [change.revision for change in history[-40:] if change.revision <= revision]
        if not seen or not self._happens("replays"):
            return revision
        return max(0, self._rng.choice(seen) - 1)

    def forgotten_status(self) -> int:
        """How a forgotten delta link is answered this time."""
        self._forgotten += 1
        return self.forgotten_statuses[(self._forgotten - 1) % len(self.forgotten_statuses)]

    def shrink(self, path: str, rows: list[T]) -> list[T]:
        """The rows that a list still shows."""
        share = self.shrunken.get(path, 1.0)
        if share >= 1:
            return rows  # as it is: a list may be large, and is asked for page by page
        shown = rows[: int(len(rows) * share)]
        self.oddities["shrunken"] += len(shown) < len(rows)
        return shown

    def duplicate(self, rows: list[T]) -> list[T]:
        """The rows of a log, some twice."""
        count = int(len(rows) * self.duplicate_rows + self._rng.random())
        places = set(self._rng.sample(range(len(rows)), min(count, len(rows))))
        self.oddities["duplicate_rows"] += len(places)
        return [row for place, row in enumerate(rows) for _ in range(1 + (place in places))] if places else rows

    def _happens(self, oddity: str) -> bool:
        happens = self._rng.random() < float(getattr(self, oddity))
        self.oddities[oddity] += happens
        return happens

    def shuffled(self, steps: list[T]) -> list[T]:
        """The steps of a batch in another order."""
        return self._rng.sample(steps, len(steps))

    def spelled(self, header: str) -> str:
        """A header name as some service behind Graph spells it."""
        return self._rng.choice((header, header, header.lower()))

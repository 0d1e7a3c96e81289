"""One request to Graph: authorise, keep to the limits, send, wait when asked, try again, or raise."""

from __future__ import annotations

import logging
import threading
import time
from concurrent import futures
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from tap_entra.graph import odata
from tap_entra.graph.accounting import RequestContext, Traffic
from tap_entra.graph.concurrency import FairLock, RequestThreads
from tap_entra.graph.errors import GraphError, StoppedError
from tap_entra.graph.host import Host
from tap_entra.graph.pacing import Pacing
from tap_entra.graph.responses import Answer, Refused, backoff_s, parse_response

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from concurrent.futures import Future

    from tap_entra.graph.host import Credential
    from tap_entra.graph.odata import Decode

#: A decoded JSON object.
Json = dict[str, Any]

logger = logging.getLogger(__name__)

#: A missing premium plan is also claimed by mistake: https://github.com/microsoftgraph/microsoft-graph-docs/issues/14118
_PLAN_TRIES = 3


#: What is asked for the time alone. An answer has it in a header, which a proxy may remove, and an error also in its
#: body: there is no such property.
_CLOCKS = ("/v1.0/organization?$select=id", "/v1.0/organization?$select=time")

#: A batch that cannot be read as a whole is cut in two instead.
_UNREADABLE_BATCHES = 3


class _Call(NamedTuple):
    """What is asked, and what is made of the answer. A batch costs as much as what is in it.

    `unreadable_tries`: how many answers under a 200 that cannot be read are borne; None for the whole retry budget.
    `page_rows`: rows per page, where a header asks for them.
    `keeps_headers`: whether the result is an `Answer`, not the decoded body alone.
    """

    method: str
    url: str
    decode: Decode = odata.decode
    body: bytes | None = None
    cost: int = 1
    unreadable_tries: int | None = None
    page_rows: int | None = None
    headers: Mapping[str, str] = MappingProxyType({})
    keeps_headers: bool = False


class GraphClient:
    """Asks one Graph host on behalf of one sign-in. Safe to use from several threads.

    Args:
        root: Host of Graph, e.g. "https://graph.microsoft.com". The token goes nowhere else.
        credential: Gives the access tokens.
        retry_budget_s: For how long one request is tried again before it counts as failed.
        max_in_flight: How many requests may be on their way at once.
        sleep: Waits for this number of seconds, or less when the run is stopped.

    Attributes:
        traffic: What all requests of the run have cost.
        lock: One thread that uses the client works at a time, while the others wait for their answers.
    """

    def __init__(  # noqa: PLR0913 - the seams that tests and benchmarks need
        self,
        root: str,
        *,
        credential: Credential,
        retry_budget_s: float = 900,
        max_in_flight: int = 8,
        pacing: Pacing | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._host = Host(root, credential, max_in_flight)
        self.root = self._host.root
        self.traffic = Traffic()
        self.lock = FairLock()
        self.max_in_flight = max_in_flight
        self.retry_budget_s = retry_budget_s
        self._pacing = pacing or Pacing()
        self._stop = threading.Event()
        self._sleep = sleep or self._stop.wait
        # Who waits because of a limit needs a thread too, but must not hold up those who may go.
        self._threads = RequestThreads(2 * max_in_flight)
        self._local = threading.local()
        self._asked_for_time = False
        self._nobodys = RequestContext()
        self._lock = threading.Lock()

    @property
    def context(self) -> RequestContext:
        """Whom this thread asks for."""
        context: RequestContext = getattr(self._local, "context", self._nobodys)
        return context

    @contextmanager
    def request_context(self, context: RequestContext) -> Iterator[None]:
        """What this thread asks for meanwhile, also ahead in other threads, is on this account."""
        before, self._local.context = self.context, context
        try:
            yield
        finally:
            self._local.context = before

    def now(self) -> datetime:
        """Graph's own clock (UTC), from its last answer with a time: log windows must not depend on this machine's."""
        if self._host.clock_offset is None and not self._asked_for_time:
            self._ask_for_time()
        return datetime.now(timezone.utc) + (self._host.clock_offset or timedelta())

    def _ask_for_time(self) -> None:
        for url in _CLOCKS:
            try:
                self.wait(self.ahead(url))
            except GraphError as error:
                logger.debug("Asked for the time: %s", error)
            if self._host.clock_offset is not None:
                return
        self._asked_for_time = True
        logger.warning(
            "Microsoft's answers carry no time: a proxy may remove it. Logs are read up to the time of this "
            "machine's clock; if that is wrong, rows are missed. Set the clock right"
        )

    def stop(self) -> None:
        """End all waits: the run was asked to stop. Each waiting caller gets a StoppedError."""
        self._stop.set()

    def raise_if_stopped(self) -> None:
        """Give a long loop the chance to end.

        Raises:
            StoppedError: The run was asked to stop.
        """
        if self._stop.is_set():
            raise StoppedError

    def close(self) -> None:
        """Let the threads go; requests under way are not waited for."""
        self._stop.set()
        self._threads.close()

    def ahead(
        self, url: str, *, tries: int | None = None, decode: Decode = odata.decode, page_rows: int | None = None
    ) -> Future[Any]:
        """Start a GET in another thread; `wait` gives its answer."""
        return self.submit(partial(self.get, url, tries=tries, decode=decode, page_rows=page_rows))

    def answer_ahead(
        self, url: str, *, headers: Mapping[str, str], tries: int | None = None, decode: Decode = odata.decode
    ) -> Future[Answer]:
        """Start a GET with headers of its own in another thread; `wait` gives its `Answer`."""

        def ask() -> Any:
            call = _Call("GET", self._host.absolute(url), decode, headers=headers, keeps_headers=True)
            return self._persist(call, tries)

        return self.submit(ask)

    def batch_ahead(
        self, version: str, body: bytes, *, cost: int, wait_s: float = 0.0, tries: int | None = None
    ) -> Future[Any]:
        """Start a $batch in another thread.

        Args:
            cost: How many requests are in it.
            wait_s: For so long first, because Graph asked for it inside an earlier answer.
            tries: As in `get`.
        """
        url = f"{self.root}/{version}/$batch"
        call = _Call("POST", url, body=body, cost=cost, unreadable_tries=_UNREADABLE_BATCHES)
        return self.submit(partial(self._persist_later, call, wait_s, tries))

    def submit(self, call: Callable[[], Any]) -> Future[Any]:
        """Make any call in another thread, counted for the stream that asks; `wait` gives its result."""
        context = self.context

        def run() -> Any:
            with self.request_context(context):
                return call()

        return self._threads.submit(run)

    def wait(self, future: Future[Any]) -> Any:
        """The answer of a request started ahead.

        Raises:
            GraphError: As `get`.
            StoppedError: The run was asked to stop meanwhile.
        """
        self.wait_any([future])
        return future.result()

    def wait_any(self, some: Collection[Future[Any]]) -> None:
        """Wait until one of several answers is there.

        Raises:
            StoppedError: The run was asked to stop meanwhile.
        """
        while True:
            self.context.while_waiting()
            is_there = any(future.done() for future in some)
            # Passed on also when the answer is there: who never has to wait would else keep all others waiting.
            with self.lock.released():
                if not is_there:
                    # In slices, so that a signal's handler runs within a moment.
                    futures.wait(some, timeout=0.25, return_when=futures.FIRST_COMPLETED)
            if is_there:
                return
            self.raise_if_stopped()

    def get(
        self, url: str, *, tries: int | None = None, decode: Decode = odata.decode, page_rows: int | None = None
    ) -> Any:
        """GET a path such as "/v1.0/users?$top=999", or a whole link that Graph gave.

        Args:
            tries: Give up on a busy Graph after this number; default: when the retry budget is spent.
            decode: Makes the answer out of a body; by default a dict.
            page_rows: Rows per page, for a list that takes the header `Prefer` instead of $top.

        Raises:
            GraphError: Refused, or no usable answer within the budget.
            ForeignHostError: The link, or a redirect, leads to another host.
            StoppedError: The run was asked to stop.
        """
        return self._persist(_Call("GET", self._host.absolute(url), decode, page_rows=page_rows), tries)

    def renew_token(self, claims: str | None) -> None:
        """Get a new access token: a part of a batch did not accept the one that the batch was accepted with.

        Args:
            claims: What a claims challenge asks for, as JSON text.
        """
        self._host.credential.renew(claims)

    def limit(self, url: str) -> str:
        """Which of Microsoft's limits a request counts against: "directory", "reports", "sign-in activity", ..."""
        return self._pacing.limit(url)

    def is_ours(self, url: str) -> bool:
        """Whether a link leads to this Graph host: the token goes nowhere else."""
        return self._host.is_ours(url)

    def check_link(self, link: Any, what: str) -> None:
        """See to it that a link which Graph named can be followed.

        Args:
            what: The request whose answer named it.

        Raises:
            LinkError: It leads elsewhere, or is no link.
        """
        self._host.check_link(link, what)

    def _persist_later(self, call: _Call, wait_s: float, tries: int | None) -> Any:
        if wait_s:
            self.count(throttled=1)
            self.pause(wait_s)
        return self._persist(call, tries)

    def _persist(self, call: _Call, tries: int | None = None) -> Any:
        began, waited_s = time.monotonic(), 0.0
        tried, plan_tries, unreadable, renewed = 0, 0, 0, False
        while True:
            tried += 1
            try:
                return self._once(call)
            except Refused as refused:
                error, told = refused.error, refused.retry_after_s
                if error.is_unauthenticated and not renewed:
                    renewed = True
                    self._host.credential.renew(refused.claims, refused.token)
                    continue
                if error.lacks_plan and plan_tries < _PLAN_TRIES:
                    plan_tries += 1
                    told = float(plan_tries)
                elif not error.is_transient:
                    raise error from None
            unreadable += error.is_unreadable
            wait_s = told or backoff_s(tried)
            waited_s += wait_s
            if max(time.monotonic() - began + wait_s, waited_s) > self.retry_budget_s:
                raise error
            self._apply_backpressure(call.url, error.status, wait_s)
            if error.is_transient and (tried == tries or unreadable == call.unreadable_tries):
                raise error
            logger.info("%s; trying again in %.1f s (try %d)", error, wait_s, tried + 1)
            self.pause(wait_s)

    def _apply_backpressure(self, url: str, status: int, wait_s: float) -> None:
        """What a refusal means for other requests, also when this one is given up."""
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self.count(throttled=1)
            self._pacing.hold(url, wait_s)
        if status in {0, 503}:
            # Microsoft asks for a new connection after a 503: https://learn.microsoft.com/graph/errors
            self._host.renew_connection()

    def _once(self, call: _Call) -> Any:
        nap = partial(self._nap, why=f"Microsoft's limit on {self.limit(call.url)}")
        self._pacing.wait(call.url, nap, call.cost)
        what = f"{call.method} {urlsplit(call.url).path}"
        headers = {"Prefer": odata.prefer(call.page_rows), **call.headers}
        response = self._host.send(call.method, call.url, call.body, partial(self.count, requests=1), headers)
        self._pacing.observe(call.url, response.headers, call.cost)
        body = parse_response(what, response, call.decode)
        return Answer(response.headers, body) if call.keeps_headers else body

    def pause(self, wait_s: float) -> None:
        """Wait before the next try.

        Raises:
            StoppedError: The run was asked to stop.
        """
        self.count(waited_s=wait_s)
        self._nap(wait_s, why="Microsoft to be ready again")

    def count(self, requests: int = 0, throttled: int = 0, waited_s: float = 0.0) -> None:
        """Count what a request costs: for the run, and for the stream that asks."""
        with self._lock:
            for traffic in (self.traffic, self.context.traffic):
                traffic.requests += requests
                traffic.throttled += throttled
                traffic.waited_s += waited_s

    def _nap(self, wait_s: float, why: str) -> None:
        if wait_s > 0:
            with self.context.waits.register(why, wait_s):
                self._sleep(wait_s)
        self.raise_if_stopped()

"""Figure 3: what must be asked for one by one: photos beside the least that they can take, lists beside a loop."""

from __future__ import annotations

import itertools
import time
import uuid
from typing import TYPE_CHECKING, Any

import requests

from sandbox import Sandbox
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Ran, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox.messages import Request

USERS, PRINCIPALS = 10_000, 1_000
LATENCY_S = 0.2
#: Share of the answers about pictures that are a 429 first.
THROTTLED = 0.01
#: The benchmark times this number of the loop's requests, and computes the rest.
SAMPLE = 40
GOAL = 40
#: The settings' default, and Graph's most questions in a request.
IN_FLIGHT, BATCH = 8, 20
#: How many times as long as its bytes alone a first load of photos may take.
PICTURES_GOAL = 1.5


def measure(_recorded: Path) -> Iterator[Figure]:
    """Pictures, the same on a quiet day, and assignments."""
    with Sandbox(users=USERS, sign_ins=0) as sandbox:
        _add_principals(sandbox)
        sandbox.faults.latency_s = LATENCY_S
        sandbox.faults.limits.enabled = True
        a_list_s = _loop(sandbox, "servicePrincipals", "appRoleAssignedTo")
        sandbox.faults.often("throttled_decimal", THROTTLED, path="/users/*/photo*")
        ran, asked = _run(sandbox, "profile_photos")
        yield _pictures(ran, asked)
        ran, asked = _run(sandbox, "app_role_assignments")
        yield _figure(f"Assignments of {PRINCIPALS:,} service principals", ran, asked, a_list_s)


def _run(sandbox: Sandbox, *streams: str, **options: Any) -> tuple[Ran, list[Request]]:
    sandbox.requests.clear()
    ran = run_tap(*streams, environment=sandbox.environment(), settings=sandbox.settings, **options)
    return ran, [request for request in sandbox.requests if request.path.startswith(("/v1.0/", "/beta/"))]


def _pictures(ran: Ran, asked: list[Request]) -> Figure:
    questions, refused, is_alone = _questions(asked)
    floor_s = USERS / BATCH / IN_FLIGHT * LATENCY_S
    return Figure(
        f"The first load of the photos of {USERS:,} users at 200 ms",
        f"{ran.wall_s:.1f} s",
        f"{floor_s:.1f} s: {BATCH} users to a request, {IN_FLIGHT} requests at once",
        f"{ran.wall_s / floor_s:.2f}",
        f"at most {PICTURES_GOAL}, what was throttled asked again alone",
        ran.wall_s <= PICTURES_GOAL * floor_s and is_alone,
        f"{questions:,} questions in {len(asked):,} requests: also the list of users, and what there is for those "
        f"without a photo of the usual size. {refused} were throttled at first and asked again "
        f"{'alone' if is_alone else 'with others'}. The start of the process is counted.",
    )


def _questions(asked: list[Request]) -> tuple[int, int, bool]:
    """Return how many questions there were, how many were throttled, and whether these alone were asked again."""
    parts = [part for request in asked for part in request.inner or [request]]
    refused = sum(part.status == 429 for part in parts)
    questions = len({part.target for part in parts})
    return questions, refused, len(parts) == questions + refused


def _figure(what: str, ran: Ran, asked: list[Request], a_request_s: float) -> Figure:
    questions, refused, is_alone = _questions(asked)
    ratio = questions * a_request_s / ran.wall_s
    return Figure(
        f"{what} at 200 ms",
        f"{ran.wall_s:.1f} s",
        f"{questions * a_request_s:,.0f} s one after the other",
        f"{ratio:.0f}",
        f"at least {GOAL}, what was throttled asked again alone",
        ratio >= GOAL and is_alone,
        f"{questions:,} questions in {len(asked):,} requests, {refused} of them throttled at first and asked again "
        f"{'alone' if is_alone else 'with others'}. Documented limits on: {questions / ran.wall_s * 10:,.0f} resource "
        "units in 10 s on average, of 8,000.",
    )


def _loop(sandbox: Sandbox, parents: str, child: str) -> float:
    """Seconds a request, of some one after the other over one connection, each decoded."""
    session = requests.Session()
    token = sandbox.login.app_token(sandbox.settings["client_id"])
    session.headers["Authorization"] = f"Bearer {token}"
    ids = list(itertools.islice(sandbox.tenant.directory[parents].live, SAMPLE))
    began = time.monotonic()
    for id_ in ids:
        url = f"{sandbox.graph_url}/v1.0/{parents}/{id_}/{child}"
        session.get(url, timeout=60, verify=str(sandbox.ca_bundle)).json()
    return (time.monotonic() - began) / len(ids)


def _add_principals(sandbox: Sandbox) -> None:
    """More of what there is, each with the assignments of another."""
    store, assigned = sandbox.tenant.directory["servicePrincipals"], sandbox.tenant.lists["appRoleAssignedTo"]
    patterns = itertools.cycle(list(store.live))
    while len(store.live) < PRINCIPALS:
        pattern, id_ = next(patterns), str(uuid.uuid4())
        store.put({**store.live[pattern], "id": id_}, sandbox.tenant.now())
        assigned[id_] = [{**row, "id": str(uuid.uuid4()), "resourceId": id_} for row in assigned.get(pattern, [])]

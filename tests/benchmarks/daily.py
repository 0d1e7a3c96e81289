"""Figure 5: a daily run costs what has changed."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from sandbox import Sandbox
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Ran, run_tap
from tests.readable import READ

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox.messages import Request

USERS, CHANGED = 100_000, 100
GOAL = 60
#: Lists that Microsoft makes user by user, in a tenant where they can be read within the time of a benchmark.
SMALL = 2_000
BY_USER = ("user_sign_in_activity", "user_registration_details", "profile_photos", "app_role_assignments")
#: Logs and reports, which grow with time or use.
_NOT_COUNTED = {"sign_ins", "directory_audits", "service_principal_sign_in_activities"}
#: All other default streams.
STREAMS = tuple(
    stream.name for stream in READ if stream.selected_by_default and stream.name not in {*BY_USER, *_NOT_COUNTED}
)


def measure(_recorded: Path) -> Iterator[Figure]:
    """The day after a first load, in a large tenant; and what the lists that know no changes cost in a smaller one."""
    small = _by_user()
    with Sandbox(users=USERS, sign_ins=0) as sandbox:
        sandbox.faults.empty_pages = 0
        first, _ = _run(sandbox, STREAMS, {})
        _change(sandbox, CHANGED)
        later, asked = _run(sandbox, STREAMS, first.told["state"])
    before, after = (len(str(ran.told["state"])) for ran in (first, later))
    rows = sum(later.told["rows"].values())
    yield Figure(
        f"A daily run of {USERS:,} users of whom {CHANGED} changed",
        f"{len(asked)} requests",
        f"{GOAL} requests",
        f"{len(asked) / GOAL:.2f}",
        f"at most {GOAL}, no photo bytes, state no larger",
        len(asked) <= GOAL and not small["bytes"] and after <= before * 1.01,
        f"All {len(STREAMS)} default streams but logs and those by user: {rows:,} rows in {later.wall_s:.1f} s, state "
        f"{after:,} characters after {before:,}; the first load took {first.told['requests']:,} requests. Beside it, "
        f"what Microsoft lists user by user, on a quiet day with {SMALL:,} users: {small['text']}.",
    )


def _run(sandbox: Sandbox, streams: tuple[str, ...], state: dict[str, Any]) -> tuple[Ran, list[Request]]:
    sandbox.requests.clear()
    ran = run_tap(*streams, environment=sandbox.environment(), settings=sandbox.settings, state=state, time_scale=0)
    return ran, [request for request in sandbox.requests if request.path.startswith(("/v1.0/", "/beta/"))]


def _change(sandbox: Sandbox, count: int) -> None:
    store = sandbox.tenant.directory["users"]
    for user_id in list(itertools.islice(store.live, 10, 10 + count)):
        store.alter(user_id, sandbox.tenant.now(), jobTitle="Pilot")


def _by_user() -> dict[str, Any]:
    """The second run of each such list: its requests, and how many of them asked for bytes."""
    with Sandbox(users=SMALL, sign_ins=0) as sandbox:
        sandbox.faults.empty_pages = 0
        first, _ = _run(sandbox, BY_USER, {})
        told, content = [], 0
        for stream in BY_USER:
            _, asked = _run(sandbox, (stream,), first.told["state"])
            told.append(f"`{stream}` {len(asked)} requests")
            content += sum(part.path.endswith("/$value") for request in asked for part in request.inner)
        return {"text": ", ".join(told), "bytes": content}

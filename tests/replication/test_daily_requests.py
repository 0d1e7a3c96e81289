"""A daily run costs what changed: each stream the requests that docs/streams.md names, whatever the number of users."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tap_entra.replication import expanded
from tests.benchmarks.daily import GOAL, STREAMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project

#: One request for a list of one page, or for the changes since the last run.
ONE = 1
CHANGED = 30


def requests_by_stream(caplog: pytest.LogCaptureFixture) -> dict[str, int]:
    """Return the requests of each stream in the table at the end of the run."""
    lines = [record.message.split() for record in caplog.records if record.name == "tap-entra"]
    return {line[0]: int(line[4].replace(",", "")) for line in lines if line and line[0] in STREAMS and len(line) == 6}


def batched(parents: int) -> int:
    """The list of parents, its count, and 20 parents to a request."""
    return 2 + -(-parents // 20)


@pytest.mark.slow
@pytest.mark.parametrize("users", [60, 400])
def test_each_stream_costs_what_the_docs_say(
    new_project: Callable[..., Project],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    users: int,
) -> None:
    monkeypatch.setattr(expanded, "_FEW", 5)
    project = new_project(users=users)
    project.run(*STREAMS)
    tenant = project.tenant
    for store in (tenant.directory["users"], tenant.directory["contacts"], tenant.directory["applications"]):
        for id_ in list(itertools.islice(store.live, CHANGED)):
            store.alter(id_, tenant.now(), displayName="Renamed")
    device = next(iter(tenant.directory["devices"].live))
    tenant.directory["devices"].alter(device, tenant.now(), displayName="Renamed")

    caplog.set_level("INFO", logger="tap-entra")
    caplog.clear()
    run = project.run(*STREAMS)

    asked = requests_by_stream(caplog)
    expected = dict.fromkeys(STREAMS, ONE)
    expected["users"] += 1  # Graph's clock, for the first stream that needs it
    expected["application_templates"] = 0  # it was read yesterday
    expected["application_owners"] = batched(len(tenant.directory["applications"].live))
    expected["service_principal_owners"] = batched(len(tenant.directory["servicePrincipals"].live))
    expected |= {"device_owners": 2, "device_users": 2}  # the changes, and the renamed device
    assert asked == expected, "a new stream costs one request, or the figure that it gets in `expected` above"
    assert sum(asked.values()) <= GOAL
    assert run.exit_code == 0

"""The Singer SDK's own tests of a tap, on every stream, with rows and removals in each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from singer_sdk.testing.runners import TapTestRunner
from typing_extensions import override

from sandbox import Sandbox
from sandbox.lists import BY_STORE
from tap_entra.reporting import Outcome
from tap_entra.streams import STREAMS
from tap_entra.tap import TapEntra
from tests.sandbox_ca import throwaway_authority
from tests.warehouse import TapWithoutWaits, exit_code_of, selection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.tenant.tenant import Tenant
    from tap_entra.replication import EntraStream

_ALL = [stream.name for stream in STREAMS]


class TwoDays(TapTestRunner):
    """Runs the tap on two days, where the SDK's own runner ends each stream after some rows.

    Attributes:
        problems: What went wrong, by the name of the stream.
    """

    tenant: Tenant
    problems: dict[str, str]

    @override
    def run_sync_dry_run(self) -> bool:
        self.problems = {}
        hire_an_agent(self.tenant)
        state = self._run({})
        take_away(self.tenant)
        self._run(state)
        return True

    def _run(self, state: dict[str, Any]) -> dict[str, Any]:
        tap = TapWithoutWaits(config=self.config, catalog=selection(*_ALL), state=state)
        exit_code_of(tap)
        for result in tap.results:
            if result.outcome is not Outcome.COMPLETE:
                failure = tap.streams[result.stream].failure
                self.problems.setdefault(result.stream, f"{result.stream} is {result.outcome.value}: {failure}")
        return dict(json.loads(json.dumps(tap.state)))


def hire_an_agent(tenant: Tenant) -> None:
    """One of the users is an AI agent, and an app is its blueprint."""
    agents = {
        "users": "agentUser",
        "applications": "agentIdentityBlueprint",
        "servicePrincipals": "agentIdentityBlueprintPrincipal",
    }
    for collection, kind in agents.items():
        store = tenant.directory[collection]
        store.alter(list(store.live)[5], tenant.now(), **{"@odata.type": f"#microsoft.graph.{kind}"})


def take_away(tenant: Tenant) -> None:
    """Remove one link of each kind, and one object of each collection.

    An object that contains links stays: after its deletion the tap reads all links anew and finds none removed.
    """
    now = tenant.now()
    for store in tenant.directory.values():
        for relation, links in store.links.items():
            container, targets = next(item for item in links.items() if item[1] and item[0] in store.live)
            store.unlink(relation, container, next(iter(targets)), now)
    for one in BY_STORE.values():
        if not one.default_delta_links:
            store = tenant.directory[one.store]
            store.soft_delete(list(store.live)[-1], now)


def _name(stream: EntraStream) -> str:
    return str(stream.name)


_Standard: Any = get_tap_test_class(
    TapEntra, catalog=selection(*_ALL), config={}, parse_env_config=False, validate_config=False
)


# The sandbox fills only some columns of the beta logs. The SDK keeps the values of the first column that it looks at,
# so it complains only where a test of a column runs alone.
@pytest.mark.filterwarnings("ignore:Fields in transformed catalog but not in records.*clientSessionId:UserWarning")
@pytest.mark.filterwarnings("ignore:No records were available to test:UserWarning")
@pytest.mark.xdist_group("standard")  # all look at the same two runs
class TestTapEntra(_Standard):
    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TapTestRunner]:
        with Sandbox(users=120, sign_ins=900, seed=7) as sandbox, pytest.MonkeyPatch.context() as patch:
            authority = throwaway_authority(sandbox, tmp_path_factory.mktemp("trust"))
            patch.setenv("REQUESTS_CA_BUNDLE", str(authority))
            runner = TwoDays(
                TapWithoutWaits, config=sandbox.settings, suite_config=SuiteConfig(), parse_env_config=False
            )
            runner.tenant = sandbox.tenant
            runner.sync_all()
            yield runner

    @pytest.fixture(autouse=True)
    def _stream_is_complete(self, request: pytest.FixtureRequest, runner: TwoDays) -> None:
        """A stream that could not be read fails its own tests, and those of no other."""
        stream = request.node.callspec.params.get("stream") if hasattr(request.node, "callspec") else None
        if stream is not None and stream.name in runner.problems:
            pytest.fail(runner.problems[stream.name], pytrace=False)

    @pytest.mark.parametrize("stream", [*TapEntra(config={}, validate_config=False).streams.values()], ids=_name)
    @override
    def test_tap_stream_connections(self, stream: EntraStream, runner: TwoDays) -> None:
        tap = runner.new_tap()
        tap.run_sync_dry_run(1, streams=[tap.streams[stream.name]])

"""The tap: puts settings, sign-in, Graph client and streams together."""

from __future__ import annotations

import copy
import os
import signal
import sys
import threading
import time
import uuid
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, ClassVar

from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers._catalog import get_selected_schema
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities
from typing_extensions import override

from tap_entra import config_schema, inputs
from tap_entra.auth import SignIn
from tap_entra.auth.tokens import peek
from tap_entra.graph import GraphClient, Pacing, StoppedError
from tap_entra.malloc import give_back_pages
from tap_entra.reporting import RunSummary
from tap_entra.run import Run
from tap_entra.singer import RowWriter, batch_config, check_stream_maps, mapped_streams, unmatched
from tap_entra.storage import BlobService, StorageAddress
from tap_entra.streams import STREAMS, StreamRuns

if TYPE_CHECKING:
    from types import FrameType

    from tap_entra.replication import EntraStream
    from tap_entra.reporting import StreamResult


class LoaderGoneError(Exception):
    """The loader that took the messages has ended."""


class TapEntra(Tap):
    """Reads a Microsoft Entra ID tenant through Microsoft Graph."""

    name = "tap-entra"
    # A copy: the SDK adds its own settings to it.
    config_jsonschema: ClassVar[dict[str, Any]] = copy.deepcopy(config_schema.SETTINGS)
    message_writer_class = RowWriter
    capabilities: ClassVar = [
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        TapCapabilities.ACTIVATE_VERSION,
        PluginCapabilities.ABOUT,
        PluginCapabilities.BATCH,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    _is_syncing = False
    _began = 0.0

    # Putting together

    @cached_property
    def sign_in(self) -> SignIn:
        """Gives the access tokens. The first one that is needed causes the first request."""
        config_schema.check(self.config)
        return SignIn.from_settings(self.config, sleep=self._sleep)

    @cached_property
    def _stopped(self) -> threading.Event:
        return threading.Event()

    def _sleep(self, wait_s: float) -> None:
        """Wait for the sign-in service, unless the run is asked to stop."""
        if self._stopped.wait(wait_s):
            raise StoppedError

    @cached_property
    def client(self) -> GraphClient:
        """The Graph client that all streams share."""
        return GraphClient(
            self.sign_in.graph_url,
            credential=self.sign_in,
            retry_budget_s=60 * self._minutes("retry_budget_minutes", 15),
            max_in_flight=int(self.config.get("max_in_flight") or 8),
            pacing=Pacing(report_share=int(self.config.get("report_share") or 100) / 100),
        )

    @cached_property
    def blobs(self) -> BlobService | None:
        """The storage account with the diagnostic export; None if logs are read from Graph."""
        if self.config.get("log_source") != "storage":
            return None
        address = StorageAddress.read(str(self.config.get("storage_url") or ""))
        sign_in = SignIn.from_settings(self.config, sleep=self._sleep, for_storage=True)
        return BlobService(address, sign_in, self.client)

    @cached_property
    def directory_id(self) -> str | None:
        """The tenant's id in lower case, as the access token has it; None if the token cannot be read."""
        tenant = peek(self.sign_in.token()).get("tid")
        return str(tenant).lower() if tenant else None

    def _minutes(self, setting: str, default: int) -> int:
        # Null means not set; 0 is a value.
        value = self.config.get(setting)
        return default if value is None else int(value)

    @cached_property
    def run(self) -> Run:
        """The run of the selected streams."""
        return Run(self.client, self.sign_in, self.cloud, self.logger)

    @property
    def results(self) -> list[StreamResult]:
        """One result per selected stream; at the end of the run in the order of `STREAMS`."""
        return self.run.results

    @cached_property
    def run_id(self) -> str:
        """Identifies the rows of this run in `stream_runs`."""
        return str(uuid.uuid4())

    @property
    def cloud(self) -> str:
        """The Microsoft cloud of the tenant: not all clouds know all properties."""
        return str(self.config.get("cloud") or "global")

    @override
    def discover_streams(self) -> list[EntraStream]:
        return [stream(self) for stream in STREAMS]

    @property
    @override
    def streams(self) -> dict[str, Any]:
        # The SDK sorts by name; here the order of `STREAMS` counts, with the results of the run last.
        streams = super().streams
        return {stream.name: streams[stream.name] for stream in STREAMS}

    @override
    def setup_mapper(self) -> None:
        known = {name: (stream.schema, stream.primary_keys) for name, stream in self.streams.items()}
        for entry in self.catalog.streams:
            selected = entry.metadata.resolve_selection()
            # A stream that is not selected keeps its whole schema: a map for all streams needs its keys, and `--test`
            # reads it all the same.
            if entry.tap_stream_id in known and entry.key_properties and selected.get((), True):
                narrowed = get_selected_schema(entry.tap_stream_id, entry.schema.to_dict(), selected)
                known[entry.tap_stream_id] = (narrowed, entry.key_properties)
        self.mapper = mapped_streams(known, self.config, self.logger)

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        usable, sentences = inputs.usable_state(state)
        for sentence in sentences:
            self.logger.warning("%s", sentence)
        super().load_state(usable)

    @classmethod
    @override
    def cb_config(cls, ctx: Any, param: Any, value: tuple[str, ...]) -> Any:
        known = cls.config_jsonschema["properties"]
        for path in value:
            if path == "ENV":
                inputs.check_environment(os.environ, cls.config_jsonschema, cls._env_var_prefix)
                prefix = cls._env_var_prefix
                given = {name for name, value in os.environ.items() if value and name.startswith(prefix)}
            else:
                given, prefix = inputs.check_config_file(path), ""
            for sentence in inputs.misspelt(given, [prefix + (name.upper() if prefix else name) for name in known]):
                cls.logger.warning("%s", sentence)
        return super().cb_config(ctx, param, value)

    @classmethod
    @override
    def invoke(cls, *, state: IO[str] | None = None, catalog: IO[str] | None = None, **options: Any) -> None:
        super().invoke(state=inputs.check_file(state, "--state"), catalog=inputs.check_catalog(catalog), **options)

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        if raise_errors:
            batch_config(self._config)
            check_stream_maps(self._config.get("stream_maps"))  # the SDK's validation breaks off at some of these
        try:
            return super()._validate_config(raise_errors=raise_errors)
        except ConfigValidationError as error:
            # The SDK quotes the wrong value, which may be a secret.
            error.errors = [inputs.hide(text, self._config, self.config_jsonschema) for text in error.errors]
            raise

    @cached_property
    def _checkpoints(self) -> Any:
        return copy.deepcopy(self.state)

    def checkpoint(self, stream: str, bookmark: dict[str, Any]) -> None:
        """Write the state of the run, with the bookmark that a stream has reached.

        The other bookmarks are those of the last checkpoints of their streams, which may be in the middle of a page.
        """
        self._checkpoints.setdefault("bookmarks", {})[stream] = copy.deepcopy(bookmark)
        self.state_writer.write_state(self._checkpoints)

    # The run

    @override  # type: ignore[misc]  # final in the SDK, whose version writes a message before it asks for anything
    def run_connection_test(self) -> bool:
        self.sign_in.token()
        return super().run_connection_test()

    @override  # type: ignore[misc]  # final in the SDK, whose version stops all streams at the first failure
    def sync_all(self) -> None:
        give_back_pages()
        try:
            self._sync_all()
        except BrokenPipeError:
            # An error of its own: click takes a broken pipe for a closed pager and exits without a message.
            raise LoaderGoneError from None

    def _sync_all(self) -> None:
        selected = [stream for stream in self.streams.values() if stream.selected]
        streams = [stream for stream in selected if not isinstance(stream, StreamRuns)]
        for sentence in unmatched(
            self.config.get("stream_maps"), {name: one.schema for name, one in self.streams.items()}
        ):
            self.logger.warning("%s", sentence)
        _ = self.run, self.blobs  # contradictory settings end the run before the first message
        self._is_syncing, self._began = True, time.monotonic()
        try:
            if streams:
                self.run.sign_in()
            if self.state:
                self.state_writer.write_state(self.state)
            self.run.read(streams)
        finally:
            self.client.close()
        self._write_stream_runs(selected[-1])
        self._tell()
        if self.run.exit_code:
            sys.exit(self.run.exit_code)

    def _write_stream_runs(self, stream: EntraStream) -> None:
        names = [*self.streams]
        self.results.sort(key=lambda result: names.index(result.stream))
        stream.sync()
        if stream.failure:
            raise stream.failure

    def _tell(self) -> None:
        traffic, took_s = self.client.traffic, time.monotonic() - self._began
        report = RunSummary(self.run_id, self.results, self.run.exit_code, took_s, traffic.requests, traffic.waited_s)
        report.measure()
        for line in report.lines():
            self.logger.info("%s", line)

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        if not self._is_syncing or self.run.signal:
            sys.exit(128 + signum)
        # The run notices it between two rows and ends in order: an exception here could cut a line in half.
        self.run.signal = signum
        self._stopped.set()
        self.client.stop()
        signal.signal(signum, signal.SIG_DFL)

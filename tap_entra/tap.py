"""The front door: settings in, sign-in, Graph and streams put together, an account of the run out."""

from __future__ import annotations

import copy
import logging
import os
import signal
import sys
import threading
import time
import uuid
from datetime import datetime, timezone
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, ClassVar

from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities
from typing_extensions import override

from tap_entra import inputs, settings
from tap_entra.auth import SignIn, SignInError
from tap_entra.graph import GraphClient, GraphError, Pacing, StoppedError
from tap_entra.memory import give_back_pages
from tap_entra.replication import EntraStream, Lanes, Outcome, Report, RowWriter, StreamRun
from tap_entra.streams import STREAMS, StreamRuns

if TYPE_CHECKING:
    from types import FrameType


class LoaderGoneError(Exception):
    """Whoever took the messages has ended."""


class TapEntra(Tap):
    """Reads a Microsoft Entra ID tenant through Microsoft Graph."""

    name = "tap-entra"
    # A copy: the SDK adds its own settings to it.
    config_jsonschema: ClassVar[dict[str, Any]] = copy.deepcopy(settings.SETTINGS)
    message_writer_class = RowWriter
    capabilities: ClassVar = [
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        TapCapabilities.ACTIVATE_VERSION,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    _signal: int | None = None
    _is_syncing = False
    _began = 0.0

    # Putting together

    @cached_property
    def sign_in(self) -> SignIn:
        """Gives the access tokens. Nothing is asked of anyone before the first one is needed."""
        settings.check(self.config)
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
        """The way to Graph that all streams share."""
        return GraphClient(
            self.sign_in.graph_url,
            credential=self.sign_in,
            retry_budget_s=60 * self._minutes("retry_budget_minutes", 15),
            max_in_flight=int(self.config.get("max_in_flight") or 8),
            pacing=Pacing(report_share=int(self.config.get("report_share") or 100) / 100),
        )

    def _minutes(self, setting: str, default: int) -> int:
        # Null is as good as not set, and 0 is a choice.
        value = self.config.get(setting)
        return default if value is None else int(value)

    @cached_property
    def accounts(self) -> list[StreamRun]:
        """One a stream that this run was to read; at its end in the order of the contents page."""
        return []

    @cached_property
    def run_id(self) -> str:
        """Tells this run's rows of `stream_runs` from another's."""
        return str(uuid.uuid4())

    @property
    def cloud(self) -> str:
        """Which of Microsoft's clouds is read: not all know all properties."""
        return str(self.config.get("cloud") or "global")

    @override
    def discover_streams(self) -> list[EntraStream]:
        return [stream(self) for stream in STREAMS]

    @property
    @override
    def streams(self) -> dict[str, Any]:
        # The SDK sorts by name; ours are read in the order of the contents page, the account of the run last.
        streams = super().streams
        return {stream.name: streams[stream.name] for stream in STREAMS}

    @override
    def setup_mapper(self) -> None:
        super().setup_mapper()
        for name, stream in self.streams.items():
            if name not in self.mapper.stream_maps:
                # An older catalog does not have it; `stream_runs` is written all the same.
                self.mapper.register_raw_stream_schema(name, stream.schema, stream.primary_keys)

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        inputs.check_state(state)
        super().load_state(state)

    @classmethod
    @override
    def cb_config(cls, ctx: Any, param: Any, value: tuple[str, ...]) -> Any:
        for path in value:
            if path == "ENV":
                inputs.check_environment(os.environ, cls.config_jsonschema, cls._env_var_prefix)
            else:
                inputs.check_config_file(path)
        return super().cb_config(ctx, param, value)

    @classmethod
    @override
    def invoke(cls, *, state: IO[str] | None = None, catalog: IO[str] | None = None, **options: Any) -> None:
        super().invoke(
            state=inputs.check_file(state, "--state"), catalog=inputs.check_file(catalog, "--catalog"), **options
        )

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        try:
            return super()._validate_config(raise_errors=raise_errors)
        except ConfigValidationError as error:
            # The SDK quotes the value that is wrong.
            error.errors = [inputs.hide(text, self._config, self.config_jsonschema) for text in error.errors]
            raise

    @cached_property
    def _checkpoints(self) -> Any:
        return copy.deepcopy(self.state)

    def checkpoint(self, stream: str, bookmark: dict[str, Any]) -> None:
        """Write the state of the run, with the bookmark that a stream has reached.

        The other streams' are those of their own last checkpoints: they may be in the middle of something.
        """
        self._checkpoints.setdefault("bookmarks", {})[stream] = copy.deepcopy(bookmark)
        self.state_writer.write_state(self._checkpoints)

    # The run

    @override  # type: ignore[misc]  # final in the SDK, whose version stops all streams at the first failure
    def sync_all(self) -> None:
        give_back_pages()
        try:
            self._sync_all()
        except BrokenPipeError:
            # Under its own name: click takes any broken pipe for a pager that was closed, and ends without a word.
            raise LoaderGoneError from None

    def _sync_all(self) -> None:
        selected = [stream for stream in self.streams.values() if stream.selected]
        streams = [stream for stream in selected if not isinstance(stream, StreamRuns)]
        _ = self.client  # settings that do not fit together end the run before a message is written
        if self.state:
            self.state_writer.write_state(self.state)
        self._is_syncing, self._began = True, time.monotonic()
        try:
            self._sync(streams)
        finally:
            self.client.close()
        self._sync_account(selected[-1])
        self._tell()
        if self._exit_code:
            sys.exit(self._exit_code)

    @property
    def _exit_code(self) -> int:
        if self._signal:
            return 128 + self._signal
        return int(any(account.outcome.is_trouble for account in self.accounts))

    def _sync(self, streams: list[EntraStream]) -> None:
        if not streams:
            self.logger.warning("No stream is selected, so nothing is read: see `select` in meltano.yml")
            return
        try:
            self.sign_in.token()
            for stream in streams:
                with self.client.on_errand(stream.errand):
                    stream.prepare()
            Lanes(self.client, self._sync_one).run(streams)
        except SignInError as error:
            self.logger.error("%s", error)  # noqa: TRY400 - the message says it all
            for stream in streams:
                if not stream.account.finished_at:
                    self._end_for_want_of_a_token(stream, error)
        except StoppedError:
            self.logger.warning("Stopped by signal %s; the next run goes on from here", self._signal)
            for stream in streams:
                if not stream.account.finished_at:
                    self._end(stream, Outcome.PARTIAL, "The run was stopped before its turn; the next one reads it.")

    def _sync_one(self, stream: EntraStream) -> None:
        account = stream.account
        was_read_before, bookmark = stream.was_read_before, copy.deepcopy(stream.stream_state)
        self.accounts.append(account)
        account.started_at = datetime.now(timezone.utc)
        if stream.clouds and self.cloud not in stream.clouds:
            account.fall_short(Outcome.SKIPPED, f"Microsoft does not offer this in this cloud: deselect {stream.name}.")
            self.logger.warning("%s: %s", stream.name, account.cure)
        else:
            stream.sync()
        if stream.failure:
            self._judge(stream, stream.failure, was_read_before=was_read_before)
            if account.outcome is Outcome.SKIPPED:
                stream.stream_state.clear()
                stream.stream_state.update(bookmark)
            stream.checkpoint()
        account.finished_at = datetime.now(timezone.utc)
        account.requests = stream.errand.traffic.requests
        account.waited_s = stream.errand.traffic.waited_s
        self.logger.info(
            "%s: %s, %s rows, %s removed", stream.name, account.outcome.value, account.rows, account.deleted
        )
        if stream.unknown_properties:
            self.logger.info(
                "%s: Microsoft sent properties that are not extracted: %s",
                stream.name,
                ", ".join(stream.unknown_properties),
            )
        if isinstance(stream.failure, (SignInError, StoppedError)):
            raise stream.failure

    def _judge(self, stream: EntraStream, failure: Exception, *, was_read_before: bool) -> None:
        """What a failure means for the stream, and for the exit code of the run."""
        account = stream.account
        if isinstance(failure, StoppedError):
            account.fall_short(Outcome.PARTIAL, "The run was stopped; the next one goes on from there.")
        elif isinstance(failure, SignInError):
            self._end_for_want_of_a_token(stream, failure)
        elif isinstance(failure, GraphError):
            was_refused = failure.is_refusal and not was_read_before
            outcome = Outcome.SKIPPED if was_refused else Outcome.FAILED
            account.fall_short(outcome, stream.cure(failure), failure)
            level = logging.WARNING if was_refused else logging.ERROR
            self.logger.log(level, "%s: %s. %s", stream.name, failure, account.cure)
        else:
            account.fall_short(Outcome.FAILED, "This is a defect of the tap: report it with the log of the run.")
            self.logger.error("%s: %s", stream.name, failure, exc_info=failure)

    def _end_for_want_of_a_token(self, stream: EntraStream, error: SignInError) -> None:
        self._end(stream, Outcome.FAILED, error.cure)
        stream.account.graph_code = f"AADSTS{error.codes[0]}" if error.codes else None

    def _end(self, stream: EntraStream, outcome: Outcome, cure: str) -> None:
        """Account for a stream that the run did not get to, or not to its end."""
        if stream.account not in self.accounts:
            self.accounts.append(stream.account)
        stream.account.fall_short(outcome, cure)
        stream.account.finished_at = datetime.now(timezone.utc)

    def _sync_account(self, stream: EntraStream) -> None:
        names = [*self.streams]
        self.accounts.sort(key=lambda account: names.index(account.stream))
        stream.sync()
        if stream.failure:
            raise stream.failure

    def _tell(self) -> None:
        traffic, took_s = self.client.traffic, time.monotonic() - self._began
        report = Report(self.run_id, self.accounts, self._exit_code, took_s, traffic.requests, traffic.waited_s)
        report.measure()
        for line in report.lines():
            self.logger.info("%s", line)

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        if not self._is_syncing or self._signal:
            sys.exit(128 + signum)
        # Between two rows the run notices and ends in order: an exception here could cut a line in half.
        self._signal = signum
        self._stopped.set()
        self.client.stop()
        signal.signal(signum, signal.SIG_DFL)

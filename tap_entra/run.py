"""One run: the result of each stream, whatever happens to the others, and the exit code."""

from __future__ import annotations

import copy
import logging
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from tap_entra.auth import ConfigError, SignInError
from tap_entra.graph import GraphError, StoppedError
from tap_entra.reporting import Outcome
from tap_entra.scheduler import Scheduler
from tap_entra.singer import BatchError, MapError

if TYPE_CHECKING:
    from tap_entra.auth import SignIn
    from tap_entra.graph import GraphClient
    from tap_entra.replication import EntraStream
    from tap_entra.reporting import StreamResult


class Run:
    """Reads the selected streams and keeps the result of each.

    Attributes:
        results: One per stream, in the order they began.
        signal: The number of the signal that asked the run to stop; None if none did.
    """

    def __init__(self, client: GraphClient, sign_in: SignIn, cloud: str, logger: logging.Logger) -> None:
        """Store what the run needs; `read` begins it.

        Args:
            cloud: The Microsoft cloud of the tenant: not all clouds offer all streams.
        """
        self._client = client
        self._sign_in = sign_in
        self._cloud = cloud
        self._logger = logger
        self.results: list[StreamResult] = []
        self.signal: int | None = None
        self._without_token: SignInError | StoppedError | None = None

    @property
    def exit_code(self) -> int:
        """0 if all is well, 1 if a person should look, 128 plus the signal's number after a signal."""
        if self.signal:
            return 128 + self.signal
        return int(any(result.outcome.is_trouble for result in self.results))

    def sign_in(self) -> None:
        """Get the first access token. A refusal becomes the result of each stream, in `read`.

        Raises:
            ConfigError: There is nothing to sign in with, or a setting is wrong: there is no use in a run.
        """
        try:
            self._sign_in.token()
        except ConfigError:
            raise
        except (SignInError, StoppedError) as error:
            self._without_token = error

    def read(self, streams: list[EntraStream]) -> None:
        """Read all streams, those of different rate-limit families concurrently. Call `sign_in` before."""
        if not streams:
            self._logger.warning("No stream is selected, so nothing is read: see `select` in meltano.yml")
            return
        try:
            if self._without_token:
                raise self._without_token
            for stream in streams:
                with self._client.request_context(stream.request_context):
                    stream.prepare()
            Scheduler(self._client, self._read_one).run(streams)
        except SignInError as error:
            self._logger.error("%s", error)  # noqa: TRY400 - the message says it all
            for stream in streams:
                if not stream.result.finished_at:
                    self._end_without_token(stream, error)
        except StoppedError:
            self._logger.warning("Stopped by signal %s; the next run goes on from here", self.signal)
            for stream in streams:
                if not stream.result.finished_at:
                    self._end(stream, Outcome.PARTIAL, "The run was stopped before this stream; the next run reads it.")

    def _read_one(self, stream: EntraStream) -> None:
        result = stream.result
        was_read_before, bookmark = stream.was_read_before, copy.deepcopy(stream.stream_state)
        self.results.append(result)
        result.is_first = not was_read_before
        result.started_at = datetime.now(timezone.utc)
        if stream.clouds and self._cloud not in stream.clouds:
            result.fall_short(Outcome.SKIPPED, f"Microsoft does not offer this in this cloud: deselect {stream.name}.")
            self._logger.warning("%s: %s", stream.name, result.action)
        else:
            stream.sync()
        if stream.failure:
            self._judge(stream, stream.failure, was_read_before=was_read_before)
            if result.outcome is Outcome.SKIPPED:
                stream.stream_state.clear()
                stream.stream_state.update(bookmark)
            stream.checkpoint()
        result.finished_at = datetime.now(timezone.utc)
        result.requests = stream.request_context.traffic.requests
        result.waited_s = stream.request_context.traffic.waited_s
        removed = f"{result.deleted} removed{' before this first run' if result.is_first and result.deleted else ''}"
        rows = "1 row" if result.rows == 1 else f"{result.rows} rows"
        self._logger.info("%s: %s, %s, %s", stream.name, result.outcome.value, rows, removed)
        for column, count in stream.odd_values.items():
            self._logger.warning(
                "%s: Microsoft sent %s of %s that did not fit the type of the column and became null. All other "
                "columns of their rows arrived.",
                stream.name,
                f"{count:,} {'value' if count == 1 else 'values'}",
                column,
            )
        if stream.unknown_properties:
            self._logger.info(
                "%s: Microsoft sent properties that are not extracted: %s",
                stream.name,
                ", ".join("".join(filter(str.isprintable, name)) for name in stream.unknown_properties),
            )
        if isinstance(stream.failure, (SignInError, StoppedError)):
            raise stream.failure

    def _judge(self, stream: EntraStream, failure: Exception, *, was_read_before: bool) -> None:
        """Set the outcome of a stream that failed."""
        result = stream.result
        if isinstance(failure, StoppedError):
            result.fall_short(Outcome.PARTIAL, "The run was stopped; the next one goes on from there.")
        elif isinstance(failure, SignInError):
            self._end_without_token(stream, failure)
        elif isinstance(failure, GraphError):
            # After the first rows, Graph has not refused the whole stream: it must not count as the tenant's choice.
            was_refused = failure.is_refusal and not was_read_before and not result.rows
            outcome = Outcome.SKIPPED if was_refused else Outcome.FAILED
            result.fall_short(outcome, stream.action(failure), failure)
            level = logging.WARNING if was_refused else logging.ERROR
            self._logger.log(level, "%s: %s. %s", stream.name, failure, result.action)
        elif isinstance(failure, MapError):
            result.fall_short(
                Outcome.FAILED, "Correct the expression in `stream_maps`. Nothing is lost: the next run reads it again."
            )
            self._logger.error("%s", failure)
        elif isinstance(failure, BatchError):
            result.fall_short(Outcome.FAILED, "Make room in the storage of `batch_config`, or restore access to it.")
            self._logger.error("%s", failure)
        else:
            result.fall_short(Outcome.FAILED, "This is a defect of the tap: report it with the log of the run.")
            self._logger.error("%s: %s", stream.name, failure, exc_info=failure)

    def _end_without_token(self, stream: EntraStream, error: SignInError) -> None:
        self._end(stream, Outcome.FAILED, error.action)
        stream.result.graph_code = f"AADSTS{error.codes[0]}" if error.codes else None

    def _end(self, stream: EntraStream, outcome: Outcome, action: str) -> None:
        """Set the result of a stream that the run did not finish."""
        if stream.result not in self.results:
            self.results.append(stream.result)
        stream.result.fall_short(outcome, action)
        stream.result.finished_at = datetime.now(timezone.utc)

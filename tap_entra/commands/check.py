"""Check what the sign-in may read: one probe per stream, and what the others lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tap_entra.auth import more_than_reading
from tap_entra.auth.tokens import peek
from tap_entra.commands.export_probe import TRIES, lack_of, no_blob, read_one_blob
from tap_entra.graph import GraphError, odata
from tap_entra.replication import LinkStream, RunsStream, SlicedStream
from tap_entra.replication.event_types import event_filter
from tap_entra.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from typing import TypeGuard

    from tap_entra.graph import GraphClient
    from tap_entra.replication import EntraStream
    from tap_entra.tap import TapEntra

_UNKNOWN_HERE = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED}


@dataclass(frozen=True)
class Finding:
    """The result of the probe of one stream.

    Attributes:
        missing: "scope", "directory role", "plan", "cloud", or "answer" for an unusable answer; for the diagnostic
            export "storage role", "container", or "setting" if there is no blob; None if it works.
        names: Names of what is missing, e.g. scopes. Any one of several roles is enough.
        action: What to do about it.
        error: The refusal of Graph or Azure Storage.
    """

    stream: str
    missing: str | None = None
    names: tuple[str, ...] = ()
    action: str | None = None
    error: GraphError | None = None

    @property
    def works(self) -> bool:
        """Whether the stream can be read."""
        return self.missing is None

    def as_json(self) -> dict[str, Any]:
        """Return the result for scripts."""
        return {
            "stream": self.stream,
            "works": self.works,
            "missing": self.missing,
            "names": list(self.names),
            "action": self.action,
            "graph_code": self.error.code if self.error else None,
            "request_id": self.error.request_id if self.error else None,
        }


def selected_streams(tap: TapEntra) -> list[EntraStream]:
    """Return the streams that a run would read from Graph."""
    return [stream for stream in tap.streams.values() if stream.selected and not isinstance(stream, RunsStream)]


def check_streams(tap: TapEntra, streams: list[EntraStream]) -> Iterator[Finding]:
    """Request one row of each stream, concurrently within Microsoft's limits, and yield the findings in order.

    Raises:
        SignInError: The sign-in gave no token.
    """
    own_id = peek(tap.sign_in.token()).get("oid")
    asked = [(stream, _begin(tap, stream)) for stream in streams]
    for stream, future in asked:
        yield _find_blob(tap, stream, future) if _is_exported(stream) else _find(tap, stream, future, own_id)


def _begin(tap: TapEntra, stream: EntraStream) -> Future[Any]:
    if tap.blobs and _is_exported(stream):
        return tap.client.submit(partial(read_one_blob, tap.blobs, stream.container, tap.directory_id))
    return tap.client.ahead(first_question(stream), tries=TRIES)


def _is_exported(stream: EntraStream) -> TypeGuard[SlicedStream]:
    return isinstance(stream, SlicedStream) and stream.is_exported


def _find_blob(tap: TapEntra, stream: SlicedStream, future: Future[bool]) -> Finding:
    try:
        has_blob = tap.client.wait(future)
    except StorageError as error:
        return Finding(stream.name, *lack_of(error), error)
    return Finding(stream.name) if has_blob else Finding(stream.name, *no_blob(stream.container))


def _find(tap: TapEntra, stream: EntraStream, future: Future[dict[str, Any]], own_id: str | None) -> Finding:
    try:
        ask_on(tap.client, stream, tap.client.wait(future), own_id)
    except GraphError as error:
        return _judge(tap, stream, error)
    return Finding(stream.name)


def _judge(tap: TapEntra, stream: EntraStream, error: GraphError) -> Finding:
    """Return what a refusal means. Graph's answer decides, not the token: a broader scope also works."""
    names: tuple[str, ...] = ()
    cloud = tap.cloud
    action = stream.action(error)
    if error.lacks_plan:
        missing, names = "plan", (f"Entra ID {stream.plan or 'P1'}",)
    elif error.lacks_role:
        missing, names = "directory role", stream.roles
    elif error.is_refusal:
        lacking = tuple(name for name in stream.permissions if name not in tap.sign_in.permissions)
        # Some services refuse a person without the role in the words that they have for a missing scope.
        has_all = not lacking and stream.roles and tap.sign_in.is_person
        missing, names = ("directory role", stream.roles) if has_all else ("scope", lacking or stream.permissions)
    elif error.status in _UNKNOWN_HERE and cloud != "global":
        missing, names = "cloud", (cloud,)
        action = (
            f"Microsoft does not offer {stream.name} with this selection in the cloud '{cloud}': deselect it. {error}."
        )
    else:
        missing = "answer"
        action = f"{error}. {action}"
    return Finding(stream.name, missing, names, action, error)


def show(findings: Iterator[Finding], streams: list[EntraStream], say: Callable[[str], None]) -> list[Finding]:
    """Print the findings as a table, each as soon as it is known, and return them."""
    width = max([len(stream.name) for stream in streams], default=0)
    say(f"{'stream':<{width}}  works  missing")
    shown = []
    for finding in findings:
        # Any one of the roles is enough, and the action lists them.
        names = "" if finding.missing == "directory role" else " ".join(finding.names)
        missing = f"{finding.missing or ''} {names}"
        say(f"{finding.stream:<{width}}  {'yes' if finding.works else 'no':<5}  {missing}".rstrip())
        if finding.action:
            say(f"{'':<{width}}         {finding.action}")
        shown.append(finding)
    return shown


def warning_about(permissions: tuple[str, ...]) -> str | None:
    """Return a warning about a token that may do more than read; None if it may not."""
    writing = more_than_reading(permissions)
    if not writing:
        return None
    return (
        f"This sign-in may do more than read: {', '.join(writing)}. The tap never writes: remove these permissions "
        "from the app registration (API permissions) and revoke the consent to them."
    )


_NOT_FOUND = 404
_A_DAY = timedelta(days=1)


def first_question(stream: EntraStream) -> str:
    """Return a request for one row with all selected columns; for children of many parents, for two parents."""
    if "{id}" in stream.path:
        # Two: one may be the signed-in person, who may read about themself what needs a permission about others.
        return stream.url(_parents(stream), select="id", top=2)
    top = None if stream.page_size is None else 1
    if isinstance(stream, SlicedStream):
        now = datetime.now(timezone.utc)
        window = odata.between(stream.replication_key, now - _A_DAY, now)
        return stream.url(filter=" and ".join(filter(None, [window, event_filter(stream.event_type)])), top=top)
    # Link streams are read through their parents: a list of parents does not hold their links.
    select = "id" if isinstance(stream, LinkStream) else stream.select()
    return stream.url(select=select, top=top)


def ask_on(client: GraphClient, stream: EntraStream, answer: dict[str, Any], own_id: str | None) -> None:
    """Request the children of one parent, for a stream that is read parent by parent.

    Args:
        answer: The answer to the first request.
        own_id: Object id of the signed-in person, who is used only if there is no other parent.

    Raises:
        GraphError: Graph refused. A 404 is not a refusal: this parent has no children.
    """
    if "{id}" not in stream.path:
        return
    ids = _ids(answer)
    while not ids and answer.get("@odata.nextLink"):
        # Graph may send empty pages before the first row.
        answer = client.get(answer["@odata.nextLink"], tries=TRIES)
        ids = _ids(answer)
    if not ids:
        return
    parent = min(ids, key=lambda id_: id_ == own_id)
    try:
        client.get(stream.url(stream.path.replace("{id}", parent)), tries=TRIES)
    except GraphError as error:
        if error.status != _NOT_FOUND:
            raise


def _ids(answer: dict[str, Any]) -> list[str]:
    return [str(row["id"]) for row in answer.get("value", []) if row.get("id")]


def _parents(stream: EntraStream) -> str:
    return stream.path.partition("/{id}")[0]

"""What all streams share: their columns, their bookmark, their messages, and what a refusal means to them."""

from __future__ import annotations

import abc
import time
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

import singer_sdk.typing as th
from singer_sdk import Stream
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.singerlib.catalog import Metadata
from typing_extensions import override

from tap_entra.graph import GraphError, odata
from tap_entra.replication.run import Outcome, StreamRun

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from singer_sdk.singerlib import MetadataMapping

    from tap_entra.graph import GraphClient

Row = dict[str, Any]

#: Set by the tap on rows that are gone. Loaders keep it only if the stream's own schema names it.
DELETED_AT = "_sdc_deleted_at"


class EntraTap(Protocol):
    """What a stream needs of its tap."""

    client: GraphClient
    cloud: str
    run_id: str
    accounts: list[StreamRun]


class EntraStream(Stream, abc.ABC):
    """A stream that is read from Graph.

    A subclass in `replication/` says how it keeps up, by `replicate`; one in `streams/` says what it is.

    Attributes:
        path: Under the version, e.g. "/users".
        graph_version: "v1.0", or "beta" where v1.0 has no such list.
        permissions: The scopes that it needs, all of them.
        roles: Directory roles of the signed-in person, any of which will do; empty where no role is needed.
        plan: What the tenant must have bought, e.g. "P1"; None if nothing.
        page_size: The $top to ask for; None where none may be sent.
        supports_select: Whether the list takes $select.
        not_selectable: Columns that Graph gives without being asked, or not at all by $select.
        missing_in: For each national cloud, the properties that it does not know.
        strip: For columns that are lists, the keys that none of their elements may keep.
        clouds: Where Microsoft offers this; empty for everywhere.
        tombstones: Whether removed rows stay, marked by `_sdc_deleted_at`.
    """

    TYPE_CONFORMANCE_LEVEL = (
        TypeConformanceLevel.NONE
    )  # Graph's JSON is typed; unknown properties fall away in `_record`

    schema: dict[str, Any] = {}  # noqa: RUF012 - a property in the SDK, a constant in streams/
    path: ClassVar[str]
    graph_version: ClassVar[str] = "v1.0"
    permissions: ClassVar[tuple[str, ...]] = ()
    roles: ClassVar[tuple[str, ...]] = ()
    plan: ClassVar[str | None] = None
    page_size: ClassVar[int | None] = 999
    supports_select: ClassVar[bool] = True
    not_selectable: ClassVar[tuple[str, ...]] = ()
    missing_in: ClassVar[Mapping[str, set[str]]] = {}
    tombstones: ClassVar[bool] = False
    strip: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    clouds: ClassVar[tuple[str, ...]] = ()

    def __init__(self, tap: Any) -> None:
        self.entra = cast("EntraTap", tap)
        unknown_here = self.missing_in.get(self.entra.cloud, set())
        schema = dict(type(self).schema)
        schema["properties"] = {name: kind for name, kind in schema["properties"].items() if name not in unknown_here}
        if self.tombstones:
            schema["properties"][DELETED_AT] = th.DateTimeType(nullable=True).to_dict() | {
                "description": "When the row was found to be gone from Microsoft, UTC; null while it is there"
            }
        self.schema = schema
        super().__init__(tap)
        self.account = StreamRun(self.name)
        self.failure: Exception | None = None
        self._known = frozenset(schema["properties"])
        self._unknown: set[str] = set()

    # Reading

    @abc.abstractmethod
    def replicate(self) -> Iterator[Row]:
        """Yield rows as Graph spells them. When the generator goes on, the row before has been written.

        So this is also where state, removals and ACTIVATE_VERSION are written, between rows, at the right moment.
        """

    def prepare(self) -> None:
        """Called for every selected stream before any list or log is read."""

    @override
    def get_records(self, context: Any) -> Iterator[Row]:
        for row in self.replicate():
            self.client.raise_if_stopped()
            self.account.rows += 1
            yield self._record(row)

    @override
    def _sync_records(self, context: Any = None, *, write_messages: bool = True) -> Generator[Row, Any, Any]:
        try:
            yield from super()._sync_records(context, write_messages=write_messages)
        except BrokenPipeError:
            raise  # without a loader there is no next stream either
        except Exception as failure:
            # Kept for the tap, which goes on with the other streams and tells at the end; a dry run has no such end.
            if self.ABORT_AT_RECORD_COUNT is not None:
                raise
            self.failure = failure

    def _record(self, row: Row) -> Row:
        if any(row.get(key) is None for key in self.primary_keys):
            raise GraphError(f"GET {self.path}", 200, ("noKey",), f"a row without {' or '.join(self.primary_keys)}")
        record = {name: value for name, value in row.items() if name in self._known}
        if len(record) != len(row):
            self._unknown.update(name for name in row.keys() - record.keys() if "@" not in name)
        for column, keys in self.strip.items():
            for element in record.get(column) or []:
                for key in keys:
                    element.pop(key, None)
        return record

    @property
    def client(self) -> GraphClient:
        """The way to Graph that all streams share."""
        return self.entra.client

    @property
    def unknown_properties(self) -> list[str]:
        """What Graph sent beyond the schema in this run."""
        return sorted(self._unknown)

    # Columns

    def url(self, path: str | None = None, **options: str | int | None) -> str:
        """A path of this stream's Graph version, with OData options."""
        return odata.query(f"/{self.graph_version}{path or self.path}", **options)

    def list_url(self) -> str:
        """The plain list, with what was selected and the page size it allows."""
        return self.url(select=self.select(), top=self.page_size)

    def select(self) -> str | None:
        """The $select of the columns that are wanted; None where the list takes none."""
        return odata.select(self.wanted_columns()) if self.supports_select else None

    def wanted_columns(self) -> list[str]:
        """The selected columns that Graph is to be asked for."""
        own = {DELETED_AT, *self.not_selectable}
        return [name for name in self._known if name not in own and self.mask[("properties", name)]]

    @property
    @override
    def metadata(self) -> MetadataMapping:
        metadata = super().metadata
        if self.tombstones:
            # Without it a removal would have nothing to say, so no selection may drop it.
            metadata[("properties", DELETED_AT)].inclusion = Metadata.InclusionType.AUTOMATIC
        return metadata

    # State

    @property
    def was_read_before(self) -> bool:
        """Whether an earlier run left a bookmark: then a refusal is news, not the tenant's choice."""
        return any(value is not None for value in self.stream_state.values())

    def checkpoint(self) -> None:
        """Write state now. A stopped run goes on from here."""
        self.state_manager.is_flushed = False
        self._write_state_message()

    @override
    def get_replication_key_signpost(self, context: Any = None) -> None:
        return None  # bookmarks are written by `replicate`, which knows more than the newest row

    @override
    def _increment_stream_state(self, latest_record: Row, *, context: Any = None) -> None: ...

    @override
    def _write_starting_replication_value(self, context: Any) -> None: ...

    # Versions

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return bool(self.config.get("emit_activate_version_messages", True))

    def begin_version(self, version: int | None = None) -> int:
        """Write the rows from here on under a version: a new one, or an interrupted round's own."""
        last = int(self.stream_state.get("version") or 0)
        self._stream_version = version or max(int(time.time() * 1000), last + 1)
        return self._stream_version

    def activate_version(self) -> None:
        """Tell the loader that what has an older version is gone. Only after a complete pass."""
        if self.emit_activate_version_messages and self._stream_version is not None:
            super()._write_activate_version_message(self._stream_version)

    @override
    def _write_activate_version_message(self, full_table_version: int) -> None:
        """The SDK sends it before the first record, and a run that dies then has deleted what it did not reach."""

    def shrank_beyond_belief(self, rows: int) -> bool:
        """Whether a complete pass returned so few rows that its deletes are not to be believed yet.

        None, or less than half of the last pass. The same count in the next run is believed. Keeps the counts in state.
        """
        state = self.stream_state
        last, doubted = state.get("rows"), state.get("doubted_rows")
        plausible = rows * 2 >= int(last or 0) and (rows > 0 or last == 0)
        if plausible or rows == doubted:
            state["rows"], state["doubted_rows"] = rows, None
            return False
        state["doubted_rows"] = rows
        if last is None:
            # Nothing is known to be lost, and nothing to be deleted: an empty list may simply be empty.
            return True
        self.account.fall_short(
            Outcome.PARTIAL,
            f"Microsoft listed {rows:,} rows without an error, where there were {int(last):,}. Nothing was deleted. "
            "If that is right, the next run will believe it; if not, it will heal itself.",
        )
        return True

    # Removals

    def write_removals(self, gone: Iterable[tuple[Row, str | None]]) -> None:
        """Mark rows as gone, keeping the last known values of their other columns."""
        from tap_entra.replication.removals import write_removals  # noqa: PLC0415 - it imports this module

        self.account.deleted += write_removals(self, gone)

    # Refusals

    def cure(self, error: GraphError) -> str:
        """What a person can do about a refusal of this stream."""
        needs = f"{self.name} needs {' and '.join(self.permissions)}"
        deselect = f"or deselect {self.name}"
        if error.lacks_plan:
            plan = f"Entra ID {self.plan or 'P1'}"
            return (
                f"Microsoft gives this only to tenants with {plan}, and this one has no such plan: buy it, {deselect}."
            )
        if error.lacks_role:
            roles = ", ".join(self.roles) or "Global Reader"
            return f"The signed-in person needs one of the directory roles {roles}: assign one, {deselect}."
        if error.is_refusal:
            role = f", and the signed-in person one of the roles {', '.join(self.roles)}" if self.roles else ""
            return f"{needs}{role}: consent to them for the app as an admin, {deselect}."
        if error.is_unauthenticated:
            return "The token is no longer accepted: sign in again and set the new refresh_token."
        if error.is_transient:
            return "Microsoft did not answer in time: run again; nothing is lost, the run goes on where it stopped."
        return "Run again; if it stays, report it with the request-id. Nothing is lost."

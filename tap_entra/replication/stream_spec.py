"""Static metadata of a stream: path, columns, permissions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

import singer_sdk.typing as th
from singer_sdk import Stream
from singer_sdk.singerlib.catalog import Metadata
from typing_extensions import override

from tap_entra.graph import odata
from tap_entra.replication import extensions, facts
from tap_entra.replication.refused_columns import refused_columns
from tap_entra.singer import DELETED_AT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_sdk.singerlib import MetadataMapping

    from tap_entra.graph import GraphClient, GraphError
    from tap_entra.reporting import StreamResult
    from tap_entra.storage import BlobService

#: Names that begin so are the loader's and the tap's own: nothing that Graph sends may fill them.
_SDC = "_sdc_"
#: Most characters of a key. An object id is a GUID. Microsoft documents no length of other ids, and three of this
#: length are all that MySQL takes in one key: https://dev.mysql.com/doc/refman/8.4/en/innodb-limits.html
_OBJECT_ID, _ANY_ID = 36, 255


class EntraTap(Protocol):
    """The members of the tap that a stream uses.

    Attributes:
        blobs: The diagnostic export; None if logs are read from Graph.
        directory_id: The tenant's id in lower case; None if it is not known.
    """

    client: GraphClient
    blobs: BlobService | None
    cloud: str
    directory_id: str | None
    run_id: str
    results: list[StreamResult]

    def checkpoint(self, stream: str, bookmark: dict[str, Any]) -> None:
        """Write the state of the run, with the bookmark that a stream has reached."""


class StreamSpec(Stream):
    """The facts about a stream, as `streams/` states them, and what follows from them.

    Attributes:
        required_facts: What a class with a `name` must state; checked when the class is created.
        path: Under the version, e.g. "/users".
        graph_version: "v1.0", or "beta" where v1.0 has no such list.
        permissions: All scopes that it needs.
        roles: Directory roles of the signed-in person, of which one is enough; empty where none is needed.
        plan: The Entra ID plan that the tenant needs, e.g. "P1"; None without one.
        page_size: The $top of the list; None where it takes none.
        supports_select: Whether the list takes $select.
        not_selectable: Columns that $select must not name.
        missing_in: For each national cloud, the properties that it does not have.
        strip: For columns that are lists, the keys that none of their elements may keep.
        clouds: The clouds that offer this list; empty for all.
        can_be_counted: Whether Microsoft documents that it counts this list.
        kind_column: Our column for "@odata.type", in lists whose rows may be of several kinds.
        extensions_setting: The setting that names extension properties of these objects; None where none can be named.
        has_object_ids: Whether the keys are ids of directory objects, or other GUIDs. Graph compares these without
            regard to case, and loaders do not; the tap writes them in lower case, as Graph itself does.
        bears_lost_rows: Whether the list guard lets nothing be deleted after a page had rows that are none.
        tombstones: Whether removed rows stay, marked by `_sdc_deleted_at`.
    """

    required_facts: ClassVar[tuple[facts.Fact | facts.Column, ...]] = (
        facts.SCHEMA,
        facts.PATH,
        facts.PERMISSIONS,
        facts.PRIMARY_KEYS,
    )
    schema: dict[str, Any] = {}  # noqa: RUF012 - a property in the SDK, a constant in streams/
    path: ClassVar[str]
    graph_version: ClassVar[str] = "v1.0"
    permissions: ClassVar[tuple[str, ...]]
    roles: ClassVar[tuple[str, ...]] = ()
    plan: ClassVar[str | None] = None
    page_size: ClassVar[int | None] = 999
    supports_select: ClassVar[bool] = True
    not_selectable: ClassVar[tuple[str, ...]] = ()
    missing_in: ClassVar[Mapping[str, set[str]]] = {}
    tombstones: ClassVar[bool] = False
    strip: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    clouds: ClassVar[tuple[str, ...]] = ()
    can_be_counted: ClassVar[bool] = False
    kind_column: ClassVar[str | None] = None
    extensions_setting: ClassVar[str | None] = None
    has_object_ids: ClassVar[bool] = False
    bears_lost_rows: ClassVar[bool] = False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "name" in vars(cls):  # a stream; the strategies have no name
            facts.check_facts(cls, cls.required_facts)

    def __init__(self, tap: Any) -> None:
        self.entra = cast("EntraTap", tap)
        unknown_here = self.missing_in.get(self.entra.cloud, set())
        schema = dict(type(self).schema)
        schema["properties"] = {name: kind for name, kind in schema["properties"].items() if name not in unknown_here}
        # Some databases, such as MySQL, make no key of a text without a length.
        length = _OBJECT_ID if self.has_object_ids else _ANY_ID
        schema["properties"] |= {key: {**schema["properties"][key], "maxLength": length} for key in self.primary_keys}
        if self.extensions_setting:
            schema["properties"] |= extensions.columns(tap.config, self.extensions_setting)
        if self.tombstones:
            schema["properties"][DELETED_AT] = th.DateTimeType(nullable=True).to_dict() | {
                "description": "When the tap found that Microsoft no longer has the row, UTC; null while it has"
            }
        self.schema = schema
        super().__init__(tap)
        self.refused_columns: set[str] = set()

    @property
    def client(self) -> GraphClient:
        """The Graph client that all streams share."""
        return self.entra.client

    @cached_property
    def columns(self) -> list[str]:
        """The selected columns that Graph fills, in the schema's order."""
        names = (name for name in self.schema["properties"] if not name.startswith(_SDC))
        return [name for name in names if self.mask["properties", name]]

    def url(self, path: str | None = None, **options: str | int | None) -> str:
        """Return a path of this stream's Graph version, with OData options."""
        return odata.query(f"/{self.graph_version}{path or self.path}", **options)

    def list_url(self) -> str | None:
        """The plain list, with what was selected and the page size it allows; None where no list has these rows."""
        return self.url(select=self.select(), top=self.page_size)

    def select(self) -> str | None:
        """Return the $select of the wanted columns; None where the list takes none."""
        return odata.select(self.wanted_columns()) if self.supports_select else None

    def wanted_columns(self) -> list[str]:
        """Return the selected columns that Graph is asked for."""
        own = {self.kind_column, *self.not_selectable, *self.refused_columns}
        return [name for name in self.columns if name not in own]

    def refuse_column(self, error: GraphError) -> bool:
        """Stop asking for a column that Graph does not know: it stays empty.

        Returns:
            Whether there was such a column, so that another request may succeed.
        """
        columns = self.wanted_columns()
        # Other lists also select what is not a column, such as a relation.
        if not self.supports_select or "{id}" in self.path or self.select() != odata.select(columns):
            return False
        refused = refused_columns(self.client, error, columns, self.primary_keys)
        if not refused:
            return False
        self.refused_columns.update(refused)
        for column in refused:
            self.logger.warning("%s: %s. The column '%s' is not asked for and stays empty", self.name, error, column)
        return True

    @property
    @override
    def metadata(self) -> MetadataMapping:
        metadata = super().metadata
        if self.tombstones:
            # A tombstone without it marks nothing, so no selection may drop it.
            metadata[("properties", DELETED_AT)].inclusion = Metadata.InclusionType.AUTOMATIC
        return metadata

    def action(self, error: GraphError) -> str:
        """Return what a person can do about a refusal of this stream."""
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
            them = "it" if len(self.permissions) == 1 else "them"
            role = f", give the signed-in person one of the roles {', '.join(self.roles)}" if self.roles else ""
            return f"{needs}: consent to {them} for the app as an admin{role}, {deselect}."
        if error.is_unauthenticated:
            return "The token is no longer accepted: run `tap-entra-auth connect` again."
        if error.is_transient:
            return (
                "Microsoft gave no usable answer in time: run again, and it goes on where it stopped. Nothing is lost."
            )
        return "Run again. If the error comes back, report it with the request-id. Nothing is lost."

"""The tap's own account of its run, written last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib.catalog import Metadata
from typing_extensions import override

from tap_entra.replication import facts
from tap_entra.replication.base import EntraStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.singerlib import MetadataMapping

    from tap_entra.replication.base import Row


class RunsStream(EntraStream):
    """A row for every other stream that this run was to read. Only ever appended; no request, no bookmark."""

    required_facts = (facts.SCHEMA, facts.PRIMARY_KEYS)
    path = ""
    permissions = ()
    replication_key = "finishedAt"

    @property
    @override
    def metadata(self) -> MetadataMapping:
        metadata = super().metadata
        # What went wrong must be seen in the warehouse, whatever was selected.
        metadata.root.inclusion = Metadata.InclusionType.AUTOMATIC
        metadata.root.selected = True
        for name in self.schema["properties"]:
            metadata["properties", name].inclusion = Metadata.InclusionType.AUTOMATIC
        return metadata

    @override
    def get_records(self, context: Any) -> Iterator[Row]:
        # Also when the run was stopped, which ends all other streams.
        return self.replicate()

    @override
    def replicate(self) -> Iterator[Row]:
        for result in self.entra.results:
            yield result.row(self.entra.run_id)

"""The results of a run as rows, written last."""

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
    """One row per selected stream and run. Rows are only appended; the stream needs no request and no bookmark."""

    required_facts = (facts.SCHEMA, facts.PRIMARY_KEYS)
    path = ""
    permissions = ()
    replication_key = "finishedAt"
    only_adds = False  # a handful of rows, which tell what became of the files

    @property
    @override
    def metadata(self) -> MetadataMapping:
        metadata = super().metadata
        # Problems must be visible in the warehouse, whatever is selected.
        metadata.root.inclusion = Metadata.InclusionType.AUTOMATIC
        metadata.root.selected = True
        for name in self.schema["properties"]:
            metadata["properties", name].inclusion = Metadata.InclusionType.AUTOMATIC
        return metadata

    @override
    def parts(self) -> Iterator[list[Any]]:
        # Written also when the run was stopped, which ends all other streams.
        return ([row] for row in self.replicate())

    @override
    def replicate(self) -> Iterator[Row]:
        for result in self.entra.results:
            yield result.row(self.entra.run_id)

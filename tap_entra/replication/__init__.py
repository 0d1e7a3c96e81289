"""How a stream keeps up: one file per strategy."""

from tap_entra.replication.app_risks import AppRisks
from tap_entra.replication.base import EntraStream
from tap_entra.replication.batched import BatchedLinkStream, BatchedStream
from tap_entra.replication.delta import DeltaStream
from tap_entra.replication.expanded import ExpandedLinkStream
from tap_entra.replication.full import FullStream
from tap_entra.replication.links import LinkStream
from tap_entra.replication.photos import PhotoStream
from tap_entra.replication.sliced import SlicedStream
from tap_entra.replication.stream_runs import RunsStream

__all__ = [
    "AppRisks",
    "BatchedLinkStream",
    "BatchedStream",
    "DeltaStream",
    "EntraStream",
    "ExpandedLinkStream",
    "FullStream",
    "LinkStream",
    "PhotoStream",
    "RunsStream",
    "SlicedStream",
]

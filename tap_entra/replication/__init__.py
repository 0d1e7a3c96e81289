"""How a stream keeps up: the only place where Singer meets Graph."""

from tap_entra.replication.base import EntraStream
from tap_entra.replication.batched import BatchedStream
from tap_entra.replication.batched_links import BatchedLinkStream
from tap_entra.replication.bookmarks import flaw_of_bookmark
from tap_entra.replication.delta import DeltaStream
from tap_entra.replication.full import FullStream
from tap_entra.replication.lanes import Lanes
from tap_entra.replication.links import LinkStream
from tap_entra.replication.photos import PhotoStream
from tap_entra.replication.report import Report
from tap_entra.replication.run import Outcome, StreamRun
from tap_entra.replication.runs import RunsStream
from tap_entra.replication.sliced import SlicedStream
from tap_entra.replication.writer import RowWriter

__all__ = [
    "BatchedLinkStream",
    "BatchedStream",
    "DeltaStream",
    "EntraStream",
    "FullStream",
    "Lanes",
    "LinkStream",
    "Outcome",
    "PhotoStream",
    "Report",
    "RowWriter",
    "RunsStream",
    "SlicedStream",
    "StreamRun",
    "flaw_of_bookmark",
]

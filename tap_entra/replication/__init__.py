"""How a stream keeps up: the only place where Singer meets Graph."""

from tap_entra.replication.base import EntraStream
from tap_entra.replication.batched import BatchedLinkStream, BatchedStream
from tap_entra.replication.delta import DeltaStream
from tap_entra.replication.full import FullStream
from tap_entra.replication.links import LinkStream
from tap_entra.replication.photos import PhotoStream
from tap_entra.replication.sliced import SlicedStream
from tap_entra.replication.stream_runs import RunsStream
from tap_entra.reporting.outcome import Outcome, StreamResult
from tap_entra.reporting.summary import RunSummary
from tap_entra.singer.bookmarks import bookmark_error
from tap_entra.singer.writer import RowWriter

__all__ = [
    "BatchedLinkStream",
    "BatchedStream",
    "DeltaStream",
    "EntraStream",
    "FullStream",
    "LinkStream",
    "Outcome",
    "PhotoStream",
    "RowWriter",
    "RunSummary",
    "RunsStream",
    "SlicedStream",
    "StreamResult",
    "bookmark_error",
]

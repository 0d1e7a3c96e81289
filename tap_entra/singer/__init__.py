"""How rows leave: records become Singer messages. Sees a stream through small protocols."""

from tap_entra.singer.batches import BatchError, BatchWriter, batch_config
from tap_entra.singer.bookmarks import bookmark_error
from tap_entra.singer.fast_path import FastPath
from tap_entra.singer.marks import DELETED_AT, DELETED_DATE_TIME, KEYS, OFF, ROWS
from tap_entra.singer.removals import write_removals
from tap_entra.singer.stream_maps import MapError, check_stream_maps, mapped_streams, unmatched
from tap_entra.singer.writer import RowWriter

__all__ = [
    "DELETED_AT",
    "DELETED_DATE_TIME",
    "KEYS",
    "OFF",
    "ROWS",
    "BatchError",
    "BatchWriter",
    "FastPath",
    "MapError",
    "RowWriter",
    "batch_config",
    "bookmark_error",
    "check_stream_maps",
    "mapped_streams",
    "unmatched",
    "write_removals",
]

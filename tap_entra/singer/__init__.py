"""How rows leave: records become Singer messages. Sees a stream through small protocols."""

from tap_entra.singer.bookmarks import bookmark_error
from tap_entra.singer.fast_path import FastPath
from tap_entra.singer.removals import DELETED_AT, write_removals
from tap_entra.singer.writer import RowWriter

__all__ = ["DELETED_AT", "FastPath", "RowWriter", "bookmark_error", "write_removals"]

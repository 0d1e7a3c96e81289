"""Singer messages to standard output: rows are buffered, all other messages are written at once."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.contrib.msgspec import MsgSpecWriter
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk.singerlib.encoding.simple import Message

#: A pipe takes 64 KB at a time; a larger buffer saves calls, a smaller one keeps the loader busy.
_BUFFER_BYTES = 256 * 1024
_ROWS_PER_TIMESTAMP = 500


class RowWriter(MsgSpecWriter):
    """Writes rows without a message object for each, and other messages as the SDK does, in order."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer = bytearray()
        self._encoder = msgspec.json.Encoder()

    def write_rows(self, rows: Sequence[Any], envelope: Envelope) -> None:
        """Write some records of a stream; they may wait in the buffer until the next other message."""
        buffer, encode_into = self._buffer, self._encoder.encode_into
        head, tail = envelope.head, envelope.tail(len(rows))
        for row in rows:
            buffer += head
            encode_into(row, buffer, -1)
            buffer += tail
            if len(buffer) >= _BUFFER_BYTES:
                self._empty()

    @override
    def write_message(self, message: Message) -> None:
        self._buffer += self.format_message(message)
        self._empty()
        sys.stdout.flush()

    def _empty(self) -> None:
        # With PYTHONUNBUFFERED, a write that is interrupted takes only a part, as when the process is suspended.
        with memoryview(self._buffer) as unsent:
            sent = 0
            while sent < len(unsent):
                sent += sys.stdout.buffer.write(unsent[sent:]) or 0
        self._buffer.clear()


class Envelope:
    """The bytes around every row of a stream: the same each time, except for the time of extraction."""

    def __init__(self, stream: str, version: int | None) -> None:
        self.stream = stream
        self.version = version
        self.head = b'{"type":"RECORD","stream":%s,"record":' % msgspec.json.encode(stream)
        self._version = b"" if version is None else b',"version":%d' % version
        self._left = 0
        self._tail = b""

    def tail(self, rows: int) -> bytes:
        """Return the bytes after each of some rows. The time is read once per 500, which come within milliseconds."""
        if self._left <= 0:
            self._left = _ROWS_PER_TIMESTAMP
            extracted = msgspec.json.encode(datetime.now(timezone.utc))
            self._tail = self._version + b',"time_extracted":%s}\n' % extracted
        self._left -= rows
        return self._tail

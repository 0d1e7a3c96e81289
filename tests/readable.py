"""The streams that the sandbox lets the tap read. A new stream that it does not serve yet fails its own tests alone."""

from __future__ import annotations

from typing import Any

from sandbox.consent import CONNECT_SCOPES, OPTIONAL_SCOPES
from sandbox.lists import STREAMS as SERVED
from tap_entra.streams import STREAMS, StreamRuns

#: Streams with rows of Graph. The others are in tests/test_standard.py only, which says what to add to the sandbox.
READ = [
    stream
    for stream in STREAMS
    if stream.name in SERVED and {*stream.permissions} <= {*CONNECT_SCOPES, *OPTIONAL_SCOPES}
]
#: Their names, and that of the stream whose rows are the tap's own.
READABLE = frozenset(stream.name for stream in (*READ, StreamRuns))
#: Those of them that need more than every tenant is asked for, by name.
OPTIONAL: dict[str, Any] = {stream.name: stream for stream in READ if not {*stream.permissions} <= {*CONNECT_SCOPES}}

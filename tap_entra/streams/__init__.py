"""What is extracted: one file a stream, its fields beside it. This page is the table of contents."""

from __future__ import annotations

from tap_entra.streams.domains import Domains
from tap_entra.streams.organization import Organization
from tap_entra.streams.profile_photos import ProfilePhotos
from tap_entra.streams.sign_ins import SignIns
from tap_entra.streams.stream_runs import StreamRuns
from tap_entra.streams.users import Users

# In the order they are read. StreamRuns comes last: it tells how the others went.
STREAMS = (Organization, Domains, Users, ProfilePhotos, SignIns, StreamRuns)

__all__ = ["STREAMS", "Domains", "Organization", "ProfilePhotos", "SignIns", "StreamRuns", "Users"]

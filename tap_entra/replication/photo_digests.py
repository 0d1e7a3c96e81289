"""Compact change detection for photos: one short digest per bucket of user ids, so that state stays small."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: As many as two base64 characters can name. With eight characters per digest, state has at most 40 KB of them.
BUCKETS = 4096
_NAME, _DIGEST = 2, 8


def bucket_of(id_: str) -> str:
    """Return the bucket of an id: two characters, the same in every run and on every machine."""
    return _text(hashlib.sha256(id_.encode()).digest(), _NAME)


class IdBuckets:
    """Many ids by their bucket. Joined, they use a third of the memory of separate strings."""

    def __init__(self) -> None:
        self._joined: dict[str, bytearray] = {}
        self._different: int | None = None

    def add(self, bucket: str, id_: str) -> None:
        """Put an id into a bucket. It may come more than once."""
        self._different = None
        self._joined.setdefault(bucket, bytearray()).extend(f"{id_}\n".encode())

    def __iter__(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the buckets and their ids, in the same order each time."""
        return ((bucket, self.ids(bucket)) for bucket in self.names())

    def names(self) -> list[str]:
        """Return the buckets that have ids, in the same order each time, without a look at the ids."""
        return sorted(self._joined)

    def ids(self, bucket: str) -> list[str]:
        """Return the ids of one bucket, sorted."""
        return sorted(set(self._joined[bucket].decode().splitlines()))

    def __len__(self) -> int:
        """Return the number of different ids."""
        if self._different is None:
            self._different = sum(len(ids) for _, ids in self)
        return self._different


class Digests:
    """The digests of all buckets, read from and written to one flat string of ten characters per bucket."""

    def __init__(self, text: str | None = None) -> None:
        width = _NAME + _DIGEST
        entries = [(text or "")[i : i + width] for i in range(0, len(text or ""), width)]
        self._digests = {entry[:_NAME]: entry[_NAME:] for entry in entries}

    def has(self, bucket: str) -> bool:
        """Return whether the bucket was read."""
        return bucket in self._digests

    def matches(self, bucket: str, content: str) -> bool:
        """Return whether the bucket is unchanged."""
        return self._digests.get(bucket) == content

    def keep(self, bucket: str, content: str) -> None:
        """Keep the digest of a bucket."""
        self._digests[bucket] = content

    def forget(self, bucket: str) -> None:
        """Have the next run read the bucket again."""
        self._digests.pop(bucket, None)

    def only(self, buckets: Iterable[str]) -> None:
        """Forget all other buckets: they are empty now."""
        wanted = set(buckets)
        self._digests = {bucket: digest for bucket, digest in self._digests.items() if bucket in wanted}

    def __str__(self) -> str:
        return "".join(f"{bucket}{digest}" for bucket, digest in sorted(self._digests.items()))


def digest(parts: Iterable[str]) -> str:
    """Return a digest of texts in their order: 48 bits, so a change goes unnoticed once in 280 million million."""
    return _text(hashlib.sha256("\n".join(parts).encode()).digest(), _DIGEST)


def _text(digest_bytes: bytes, length: int) -> str:
    return urlsafe_b64encode(digest_bytes)[:length].decode()

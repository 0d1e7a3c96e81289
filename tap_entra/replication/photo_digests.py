"""What was written before, in little: one short digest a bucket of ids, so that state stays small in any tenant."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Two base64 characters count so many buckets. At eight characters a digest, state has at most 40 KB of them.
BUCKETS = 4096
_NAME, _DIGEST = 2, 8


def bucket_of(id_: str) -> str:
    """The bucket of an id: two characters, the same in every run and on every machine."""
    return _text(hashlib.sha256(id_.encode()).digest(), _NAME)


class IdBuckets:
    """Many ids by their bucket. As so many texts of their own they would take three times the memory."""

    def __init__(self) -> None:
        self._joined: dict[str, str] = {}

    def add(self, bucket: str, id_: str) -> None:
        """Put an id into a bucket. It may come more than once."""
        self._joined[bucket] = f"{self._joined.get(bucket, '')}{id_}\n"

    def __iter__(self) -> Iterator[tuple[str, list[str]]]:
        """The buckets and what is in them, in the same order each time."""
        for bucket in sorted(self._joined):
            yield bucket, sorted(set(self._joined[bucket].splitlines()))

    def __len__(self) -> int:
        """How many different ids there are."""
        return sum(len(ids) for _, ids in self)


class Digests:
    """The digests of all buckets, read from and written to one flat string of ten characters a bucket."""

    def __init__(self, text: str | None = None) -> None:
        width = _NAME + _DIGEST
        entries = [(text or "")[i : i + width] for i in range(0, len(text or ""), width)]
        self._digests = {entry[:_NAME]: entry[_NAME:] for entry in entries}

    def matches(self, bucket: str, content: str) -> bool:
        """Whether the bucket is as it was."""
        return self._digests.get(bucket) == content

    def keep(self, bucket: str, content: str) -> None:
        """Remember what a bucket now holds."""
        self._digests[bucket] = content

    def forget(self, bucket: str) -> None:
        """The bucket is to be read again in the next run."""
        self._digests.pop(bucket, None)

    def only(self, buckets: Iterable[str]) -> None:
        """Forget the buckets that hold nothing any more."""
        wanted = set(buckets)
        self._digests = {bucket: digest for bucket, digest in self._digests.items() if bucket in wanted}

    def __str__(self) -> str:
        return "".join(f"{bucket}{digest}" for bucket, digest in sorted(self._digests.items()))


def digest(parts: Iterable[str]) -> str:
    """A digest of some texts in their order: 48 bits, so that a change goes unnoticed once in 280 million million."""
    return _text(hashlib.sha256("\n".join(parts).encode()).digest(), _DIGEST)


def _text(digest_bytes: bytes, length: int) -> str:
    return urlsafe_b64encode(digest_bytes)[:length].decode()

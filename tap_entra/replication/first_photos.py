"""A first load of photos: the bytes are asked for at once, since nothing is known that an ETag could confirm.

That is one question per user who has a photo in the requested size, and two for most others. To ask for the ETag first
costs two for each.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tap_entra.graph import read_batch
from tap_entra.replication.photo_reader import NO_PHOTO, UNANSWERED, Bucket, UserPhoto

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tap_entra.graph import GraphClient, PartAnswer
    from tap_entra.replication.base import Row
    from tap_entra.replication.photo_reader import PhotoReader

#: How a GIF begins in base64.
_GIF = "R0lGOD"


@dataclass
class _Whole(Bucket):
    """A bucket, and what is known of its users so far.

    Attributes:
        left: How many users have no row yet.
        etags: By user; None without a photo.
    """

    digest: str = ""
    left: int = 0
    etags: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Question:
    """A question about a user.

    Attributes:
        then: What its answer leads to: a row, another question, or None if Graph does not say.
    """

    path: str
    photo: UserPhoto
    then: Callable[[UserPhoto, PartAnswer], Row | _Question | None]


class FirstPhotos:
    """Reads the photos of buckets of which nothing is known. The next question about a user joins those of others.

    Args:
        buckets: Names, and the ids of their users.
    """

    def __init__(self, client: GraphClient, reader: PhotoReader, buckets: Iterable[tuple[str, list[str]]]) -> None:
        self._client = client
        self._reader = reader
        self._first = self._questions(buckets)
        self._again: deque[_Question] = deque()
        self._asked: deque[_Question] = deque()

    def rows(self) -> Iterator[tuple[Row | None, Bucket | None]]:
        """Yield the row of each user, and the bucket that it completes.

        No row means that the photo could not be read; the bucket is not final then. No bucket means that others of it
        are not read yet.
        """
        for answer in read_batch(self._client, self):
            asked = self._asked.popleft()
            came = asked.then(asked.photo, answer)
            if isinstance(came, _Question):
                self._again.append(came)
            else:
                yield came, self._complete(asked.photo, came)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """Return the next path. After the last there may be more: answers lead to further questions."""
        asked = self._again.popleft() if self._again else next(self._first)
        self._asked.append(asked)
        return asked.path

    def _questions(self, buckets: Iterable[tuple[str, list[str]]]) -> Iterator[_Question]:
        for name, ids in buckets:
            bucket = _Whole(name, left=len(ids), etags=dict.fromkeys(ids))
            for user_id in ids:
                photo = UserPhoto(user_id, bucket, size=self._reader.width + 1)
                yield _Question(self._reader.path(photo), photo, self._take_bytes)

    def _complete(self, photo: UserPhoto, row: Row | None) -> Bucket | None:
        bucket = photo.bucket
        assert isinstance(bucket, _Whole)  # noqa: S101 - made above
        if row is not None:
            bucket.etags[photo.user_id] = row["etag"]
        bucket.left -= 1
        if bucket.left:
            return None
        bucket.digest = self._reader.digest(bucket.etags.items())
        return bucket

    # What an answer leads to

    def _take_bytes(self, photo: UserPhoto, answer: PartAnswer) -> Row | _Question | None:
        if answer.status in NO_PHOTO:  # no photo, or none in that size
            return _Question(f"/users/{photo.user_id}/photo", photo, self._take_metadata)
        row = self._reader.row(photo, answer)
        if row is None:
            return None
        if row["width"] == row["height"] == 1 and row["photo"].startswith(_GIF):  # stands for no photo
            return self._reader.row(UserPhoto(photo.user_id, photo.bucket), None)
        if (etag := _etag(answer)) is None:
            return _Question(f"/users/{photo.user_id}/photo", photo, partial(self._take_etag, row))
        return row | {"etag": etag}

    def _take_etag(self, row: Row, photo: UserPhoto, answer: PartAnswer) -> Row:
        etag, size = self._reader.etag_and_size(answer)
        if size == UNANSWERED:
            photo.bucket.is_final = False
        return row | {"etag": etag}

    def _take_metadata(self, photo: UserPhoto, answer: PartAnswer) -> Row | _Question | None:
        etag, size = self._reader.etag_and_size(answer)
        found = UserPhoto(photo.user_id, photo.bucket, etag, size)
        if size == UNANSWERED:
            photo.bucket.is_final = False
            return None
        if size is None:
            return self._reader.row(found, None)
        if size <= self._reader.width:
            return _Question(self._reader.path(found), found, self._reader.row)
        return _Question(f"/users/{photo.user_id}/photos", found, self._take_sizes)

    def _take_sizes(self, photo: UserPhoto, answer: PartAnswer) -> _Question:
        return _Question(self._reader.nearest_path(photo, answer), photo, self._reader.row)


def _etag(answer: PartAnswer) -> str | None:
    """Return the ETag in a header as metadata spells it: in quotes."""
    etag = answer.headers.get("etag", "").removeprefix("W/").strip('"')
    return f'"{etag}"' if etag else None

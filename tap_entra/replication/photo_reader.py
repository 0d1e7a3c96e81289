"""How photos are asked for, and what the answers mean: which there are, which are none, and which were refused."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tap_entra.graph import read_batch
from tap_entra.replication.photo_answers import photo_columns, pixels, sizes_in
from tap_entra.replication.photo_digests import digest
from tap_entra.reporting import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_entra.graph import GraphError, PartAnswer
    from tap_entra.replication.base import EntraStream, Row

#: Raise it when the rows made of the same photo change, so that all are written anew.
_FORMAT = 1
#: After this many unanswered photos in a row, the rest of the run would not be answered either.
_HOPELESS = 400
NO_PHOTO = (400, 404)
#: In place of a photo's size: Graph did not say whether there is a photo.
UNANSWERED = -1
#: Columns that only the bytes of a photo can fill.
_FROM_BYTES = ("photo", "contentType", "width", "height", "sha256")


@dataclass
class Bucket:
    """Some users whose rows are written together or not at all."""

    name: str
    digest: str
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class UserPhoto:
    """A user whose row is written. `size` is that of the largest photo; None without a photo."""

    user_id: str
    bucket: Bucket
    etag: str | None = None
    size: int | None = None
    is_last: bool = False


class PhotoReader:
    """Asks for the photos of users and makes rows of the answers. What was not answered makes its stream partial."""

    def __init__(self, stream: EntraStream) -> None:
        self._stream = stream
        self._is_readable = False
        self._unanswered = 0

    @property
    def size(self) -> str:
        """The requested size, e.g. "240x240"."""
        return str(self._stream.config.get("photo_size") or "240x240")

    @property
    def width(self) -> int:
        """The requested width in pixels."""
        return int(self.size.partition("x")[0])

    @property
    def wants_bytes(self) -> bool:
        """Whether a column is selected that only the bytes of a photo can fill."""
        return any(self._stream.mask["properties", name] for name in _FROM_BYTES)

    def digest(self, etags: Iterable[tuple[str, str | None]]) -> str:
        """Return the digest of a bucket: users and their ETags, in the order of their ids."""
        return digest([self._form, *(f"{user_id} {etag or ''}" for user_id, etag in etags)])

    @property
    def form(self) -> str:
        """A digest of what rows are made of, beside the photos: their size, and the selected columns."""
        return digest([self._form])

    @property
    def _form(self) -> str:
        return f"{_FORMAT} {self.size} {','.join(sorted(self._stream.wanted_columns()))}"

    # Questions

    def read(self, people: list[UserPhoto]) -> Iterator[tuple[UserPhoto, PartAnswer | None]]:
        """Yield each user with the answer to the request for the photo; None where none was requested."""
        askable = [photo for photo in people if self.wants_bytes and photo.size is not None]
        answers = read_batch(self._stream.client, map(self.path, askable))
        odd = []
        for photo in people:
            answer = next(answers) if self.wants_bytes and photo.size is not None else None
            if answer and answer.status in NO_PHOTO:
                odd.append(photo)
            else:
                yield photo, answer
        # Not in that size: a mailbox may have other sizes only, so ask for the list of sizes.
        sizes = read_batch(self._stream.client, [f"/users/{photo.user_id}/photos" for photo in odd])
        paths = [self.nearest_path(photo, answer) for photo, answer in zip(odd, sizes, strict=True)]
        yield from zip(odd, read_batch(self._stream.client, paths), strict=True)

    def path(self, photo: UserPhoto) -> str:
        """Return the path of a photo in the requested size, or in its own if that is smaller."""
        if photo.size is not None and photo.size <= self.width:
            return f"/users/{photo.user_id}/photo/$value"
        return f"/users/{photo.user_id}/photos/{self.size}/$value"

    def nearest_path(self, photo: UserPhoto, sizes: PartAnswer) -> str:
        """Return the path of the photo in the smallest size that is no smaller than wanted."""
        larger = [name for width, name in sizes_in(sizes) if width >= self.width]
        path = f"photos/{quote(larger[0])}/$value" if larger else "photo/$value"
        return f"/users/{photo.user_id}/{path}"

    # Answers

    def etag_and_size(self, answer: PartAnswer) -> tuple[str | None, int | None]:
        """Return the ETag and the larger side of a photo: twice None without a photo, `UNANSWERED` if not known."""
        body: Any = answer.body if isinstance(answer.body, dict) else {}
        if answer.status in NO_PHOTO:
            return None, None
        if not self._is_answered(answer):
            return None, UNANSWERED
        sides = [side for side in (pixels(body.get("width")), pixels(body.get("height"))) if side is not None]
        etag = body.get("@odata.mediaEtag")
        etag = etag if isinstance(etag, str) else None
        if not sides:
            return etag, self.width + 1  # a photo of unknown size
        # For a user without a photo, Graph may also send one transparent pixel.
        if max(sides) <= 1:
            return None, None
        return etag, max(sides)

    def row(self, photo: UserPhoto, answer: PartAnswer | None) -> Row | None:
        """Return the row of a user; None, and the bucket is not final, if the bytes could not be read."""
        row: Row = dict.fromkeys(("userId", "etag", *_FROM_BYTES))
        row["userId"] = photo.user_id
        if photo.size is None:
            return row
        row["etag"] = photo.etag
        if answer is None:
            return row
        if answer.status in NO_PHOTO:
            return row | {"etag": None}
        columns = photo_columns(answer) if self._is_answered(answer) else None
        if not columns:
            photo.bucket.is_final = False
            self._tell_of_unread(answer.error())
            return None
        return row | columns

    def _is_answered(self, answer: PartAnswer) -> bool:
        if answer.status == HTTPStatus.OK:
            self._is_readable = True
            self._unanswered = 0
            return True
        error = answer.error()
        if error.is_unauthenticated or (error.is_refusal and not self._is_readable):
            raise error
        self._unanswered += 1
        if self._unanswered >= _HOPELESS:
            raise error
        self._tell_of_unread(error)
        return False

    def _tell_of_unread(self, error: GraphError) -> None:
        action = "Some photos could not be read; the next run asks for them again."
        self._stream.result.fall_short(Outcome.PARTIAL, action, error)

"""Photos: one row per user. Each run asks for the ETag of each photo, and reads the bytes where an ETag changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from typing_extensions import override

from tap_entra.graph import odata, read_batch, read_pages, removal
from tap_entra.replication.base import EntraStream
from tap_entra.replication.delta_round import DeltaRound
from tap_entra.replication.distinct_rows import DistinctRows
from tap_entra.replication.list_guard import ShrinkGuard
from tap_entra.replication.photo_answers import photo_columns, pixels, sizes_in
from tap_entra.replication.photo_digests import Digests, IdBuckets, bucket_of, digest
from tap_entra.reporting import Extent, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_entra.graph import GraphError, Page, PartAnswer
    from tap_entra.graph.odata import Decode
    from tap_entra.replication.base import Row

#: Raise it when the rows made of the same photo change, so that all are written anew.
_FORMAT = 1
_ROWS_PER_STATE = 2_000
#: After this many unanswered photos in a row, the rest of the run would not be answered either.
_HOPELESS = 400
_NO_PHOTO = (400, 404)
#: This many photos may disappear in a day.
_FEW = 10
#: In place of a photo's size: Graph did not say whether there is a photo.
_UNANSWERED = -1
#: Columns that only the bytes of a photo can fill.
_FROM_BYTES = ("photo", "contentType", "width", "height", "sha256")


class PhotoStream(EntraStream):
    """Photos of all users, one row each, null where there is none.

    Graph has no list and no delta of photos, and ignores If-None-Match: every run asks for the ETag of each user's
    photo, 20 users to a request. ETags are kept as one digest per bucket of users; a bucket that differs is read and
    written whole. Removed users become tombstones, by a delta link on users.

    Another service than the directory's holds the photos: where it answers "no photo" for most people who had one,
    their rows stay as they are in that run.

    Bookmark: of `DeltaRound` `delta_link`, `version`, `round_link` and `round_version`; `digests`, `rows` (users) and
    `pictures` (photos) of the last accepted pass.
    """

    tombstones = True
    has_object_ids = True

    def __init__(self, tap: Any) -> None:
        super().__init__(tap)
        self._round = DeltaRound(self, reads_list=False, forgets=("digests",))
        self._are_all = False
        self._listed = IdBuckets()
        self._changed_ids: set[str] = set()
        self._repeated_pages = 0
        self._is_readable = False
        self._unanswered = 0

    @property
    @override
    def decode(self) -> Decode:
        return odata.decode  # what is listed are users

    def delta_url(self) -> str:
        """The delta function of users."""
        return self.url("/users/delta", select="id")

    @override
    def prepare(self) -> None:
        self._round.prepare()

    @override
    def replicate(self) -> Iterator[Row | list[Row]]:
        yield from self._round.rows()
        users = self._listed = self._users()
        self._are_all = ShrinkGuard(self).accepts(len(users), "/users", repeated_pages=self._repeated_pages)
        self._find_unmarked_removals()
        digests = Digests(self.stream_state.get("digests"))
        yield from self._rows(users, digests)
        if self._are_all:
            digests.only(name for name, _ in users)
        for user_id in self._round.removed:
            # If the user comes back with the same photo, the bucket must differ from what was written.
            digests.forget(bucket_of(user_id))
        self.stream_state["digests"] = str(digests)
        self._round.finish()
        self._listed = IdBuckets()  # other streams of the run may need the memory

    # Users

    def read(self, page: Page, removed: dict[str, str]) -> Iterator[Row]:
        """Keep the users that were removed; the others are read in each run."""
        for row in page.rows:
            reason, user_id = removal(row), self.id_of(row)
            if reason:
                removed[user_id] = reason
                self._changed_ids.discard(user_id)
            else:
                removed.pop(user_id, None)
                self._changed_ids.add(user_id)
        return iter(())

    def _find_unmarked_removals(self) -> None:
        """Graph may report a deleted user as an id without @removed: such a user is not listed, and not found."""
        for _, ids in self._listed:  # bucket by bucket: all ids at once would take the memory of the whole run again
            self._changed_ids.difference_update(ids)
        unlisted = sorted(self._changed_ids)
        paths = (f"/users/{quote(user_id)}?$select=id" for user_id in unlisted)
        for user_id, answer in zip(unlisted, read_batch(self.client, paths), strict=True):
            if answer.status == HTTPStatus.NOT_FOUND:
                self._round.removed[user_id] = "changed"

    def accepts_removals(self, removed: int) -> bool:
        """Return whether the list of users, which each run reads, does not speak against the removals."""
        if not removed or not self._are_all:
            return not removed
        listed = sum(user_id in self._round.removed for _, ids in self._listed for user_id in ids)
        # A few may still be listed: replicas lag.
        if listed <= _FEW or listed * 2 <= removed:
            return True
        action = (
            f"Microsoft removed {removed:,} users in a delta round, but still lists {listed:,} of them. "
            "Nothing was deleted; the next run asks again."
        )
        self.result.fall_short(Outcome.PARTIAL, action)
        self.logger.warning("%s: %s", self.name, action)
        return False

    def lost(self) -> int:
        """Return 0: the list of users is not read by the round."""
        return 0

    def accepts(self, rows: int, repeated_pages: int) -> bool:  # noqa: ARG002 - `_are_all` counts users instead
        """Return whether all users were listed and all photos answered."""
        return self._are_all and self.result.outcome is Outcome.COMPLETE

    def write_removals(self, removed: Mapping[str, str], *, initial: bool) -> None:  # noqa: ARG002 - a photo has no date
        """Mark the rows of removed users."""
        self.mark_removed(({"userId": user_id}, None) for user_id in removed)

    def _users(self) -> IdBuckets:
        """The ids of all users, read to the end before the first photo: page tokens expire during slow work."""
        users, distinct = IdBuckets(), DistinctRows(("id",))
        for page in read_pages(self.client, self.url("/users", select="id", top=999), allows_repeats=True):
            if page.first:
                distinct.clear()
            distinct.add_page([{"id": self.id_of(row)} for row in page.rows])
            for row in page.rows:
                user_id = self.id_of(row)
                users.add(bucket_of(user_id), user_id)
        self._repeated_pages = distinct.repeated_pages
        return users

    # Photos

    def _rows(self, users: IdBuckets, digests: Digests) -> Iterator[Row]:
        changed = self._changed(users, digests)
        while people := list(islice(changed, _ROWS_PER_STATE)):
            for photo, answer in self._read_photos(people):
                row = self._row(photo, answer)
                if row:
                    yield row
            for photo in people:
                if photo.is_last and photo.bucket.is_final:
                    digests.keep(photo.bucket.name, photo.bucket.digest)
            self.stream_state["digests"] = str(digests)
            self.checkpoint()

    def _changed(self, users: IdBuckets, digests: Digests) -> Iterator[UserPhoto]:
        """Yield the users of all buckets that changed, bucket after bucket; last those that may have lost a photo."""
        answers = read_batch(self.client, (f"/users/{user_id}/photo" for _, ids in users for user_id in ids))
        columns = ",".join(sorted(self.wanted_columns()))
        done, total = 0, len(users)
        pictures, held = 0, []
        for name, ids in users:
            etags = [(user_id, *self._etag_and_size(next(answers))) for user_id in ids]
            done += len(etags)
            pictures += sum(size is not None for *_, size in etags)
            self._extent = Extent(done, total, "users")
            parts = [f"{user_id} {etag or ''}" for user_id, etag, _ in etags]
            bucket = Bucket(name, digest([f"{_FORMAT} {self.photo_size} {columns}", *parts]))
            if any(size is _UNANSWERED for *_, size in etags):
                digests.forget(name)
            elif not digests.matches(name, bucket.digest):
                people = [UserPhoto(user_id, bucket, etag, size) for user_id, etag, size in etags]
                people[-1] = replace(people[-1], is_last=True)
                if self._may_lose(people):
                    held += people
                else:
                    yield from people
        if ShrinkGuard(self, "pictures", slack=_FEW).accepts(pictures):
            yield from held

    def _may_lose(self, people: list[UserPhoto]) -> bool:
        """Return whether null may overwrite photos that the warehouse has."""
        return self.stream_state.get("pictures") is not None and any(photo.size is None for photo in people)

    def _read_photos(self, people: list[UserPhoto]) -> Iterator[tuple[UserPhoto, PartAnswer | None]]:
        """Yield each user with the answer to the request for the photo; None where none was requested."""
        wants_bytes = any(self.mask["properties", name] for name in _FROM_BYTES)
        askable = [photo for photo in people if wants_bytes and photo.size is not None]
        answers = read_batch(self.client, map(self._photo_path, askable))
        odd = []
        for photo in people:
            answer = next(answers) if wants_bytes and photo.size is not None else None
            if answer and answer.status in _NO_PHOTO:
                odd.append(photo)
            else:
                yield photo, answer
        # Not in that size: a mailbox may have other sizes only, so ask for the list of sizes.
        sizes = read_batch(self.client, [f"/users/{photo.user_id}/photos" for photo in odd])
        paths = [self._nearest_path(photo, answer) for photo, answer in zip(odd, sizes, strict=True)]
        yield from zip(odd, read_batch(self.client, paths), strict=True)

    def _etag_and_size(self, answer: PartAnswer) -> tuple[str | None, int | None]:
        """Return the ETag and the larger side of a photo: twice None without a photo, `_UNANSWERED` if not known."""
        body: Any = answer.body if isinstance(answer.body, dict) else {}
        if answer.status in _NO_PHOTO:
            return None, None
        if not self._is_answered(answer):
            return None, _UNANSWERED
        sides = [side for side in (pixels(body.get("width")), pixels(body.get("height"))) if side is not None]
        etag = body.get("@odata.mediaEtag")
        etag = etag if isinstance(etag, str) else None
        if not sides:
            return etag, int(self.photo_size.partition("x")[0]) + 1  # a photo of unknown size
        # For a user without a photo, Graph may also send one transparent pixel.
        if max(sides) <= 1:
            return None, None
        return etag, max(sides)

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
        self.result.fall_short(Outcome.PARTIAL, action, error)

    @property
    def photo_size(self) -> str:
        """The requested size, e.g. "240x240"."""
        return str(self.config.get("photo_size") or "240x240")

    def _photo_path(self, photo: UserPhoto) -> str:
        wanted = int(self.photo_size.partition("x")[0])
        if photo.size is not None and photo.size <= wanted:
            return f"/users/{photo.user_id}/photo/$value"
        return f"/users/{photo.user_id}/photos/{self.photo_size}/$value"

    def _row(self, photo: UserPhoto, answer: PartAnswer | None) -> Row | None:
        row: Row = dict.fromkeys(("userId", "etag", *_FROM_BYTES))
        row["userId"] = photo.user_id
        if photo.size is None:
            return row
        row["etag"] = photo.etag
        if answer is None:
            return row
        if answer.status in _NO_PHOTO:
            return row | {"etag": None}
        columns = photo_columns(answer) if self._is_answered(answer) else None
        if not columns:
            photo.bucket.is_final = False
            self._tell_of_unread(answer.error())
            return None
        return row | columns

    def _nearest_path(self, photo: UserPhoto, sizes: PartAnswer) -> str:
        """Return the path of the photo in the smallest size that is no smaller than wanted."""
        wanted = int(self.photo_size.partition("x")[0])
        larger = [name for width, name in sizes_in(sizes) if width >= wanted]
        path = f"photos/{quote(larger[0])}/$value" if larger else "photo/$value"
        return f"/users/{photo.user_id}/{path}"


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

"""Photos: one row per user. Each run asks for the ETag of each photo, and reads the bytes where an ETag changed.

A first load asks for the bytes at once.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from typing_extensions import override

from tap_entra.graph import odata, read_batch, read_pages, removal
from tap_entra.replication.base import EntraStream
from tap_entra.replication.delta_round import DeltaRound
from tap_entra.replication.distinct_rows import DistinctRows
from tap_entra.replication.first_photos import FirstPhotos
from tap_entra.replication.list_guard import ShrinkGuard
from tap_entra.replication.photo_count import PhotoCount
from tap_entra.replication.photo_digests import Digests, IdBuckets, bucket_of
from tap_entra.replication.photo_reader import UNANSWERED, Bucket, PhotoReader, UserPhoto
from tap_entra.replication.photo_shares import CheckedShares
from tap_entra.reporting import Extent, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tap_entra.graph import Page
    from tap_entra.graph.odata import Decode
    from tap_entra.replication.base import Row

_ROWS_PER_STATE = 2_000
#: A few removed users may still be listed: replicas lag.
_FEW = 10
#: In a company with fewer users, each run checks all: a share of them could not tell whether the service fails.
_FEWEST_IN_SHARES = 1_000


class PhotoStream(EntraStream):
    """Photos of all users, one row each, null where there is none.

    Graph has no list and no delta of photos, and ignores If-None-Match: every run asks for the ETag of each user's
    photo, 20 users to a request; a first load asks for the photos themselves. ETags are kept as one digest per bucket
    of users; a bucket that differs is read and written whole. Removed users become tombstones, by a delta link on
    users. With `photo_check_days`, a run checks a share of the buckets, and those with new users.

    Another service than the directory's holds the photos: where it answers "no photo" for most people who had one,
    their rows stay as they are in that run.

    Bookmark: of `DeltaRound` `delta_link`, `version`, `round_link` and `round_version`; `digests`, `rows` (users) and
    `pictures` (photos) of the last accepted pass; `checked` of `CheckedShares`, and `checked_form`, the size and the
    columns of what was checked.
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
        self._reader = PhotoReader(self)
        self._joined: set[str] = set()  # buckets
        self._count = PhotoCount(None)

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
        self._joined = set(map(bucket_of, self._changed_ids))
        self._find_unmarked_removals()
        digests = Digests(self.stream_state.get("digests"))
        yield from self._rows(users, digests)
        if self._are_all:
            digests.only(users.names())
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
        absent = set(self._changed_ids)
        for _, ids in self._listed:  # bucket by bucket: all ids at once would take the memory of the whole run again
            absent.difference_update(ids)
        unlisted = sorted(absent)
        paths = (f"/users/{quote(user_id)}?$select=id" for user_id in unlisted)
        for user_id, answer in zip(unlisted, read_batch(self.client, paths), strict=True):
            if answer.status == HTTPStatus.NOT_FOUND:
                self._round.removed[user_id] = "changed"

    def accepts_removals(self, removed: int) -> bool:
        """Return whether the list of users, which each run reads, does not speak against the removals."""
        if not removed or not self._are_all:
            return not removed
        listed = sum(user_id in self._round.removed for _, ids in self._listed for user_id in ids)
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
        # As long as no pass was accepted, there is nothing that an ETag could confirm: no ETag is asked for first.
        is_first = self.stream_state.get("pictures") is None and self._reader.wants_bytes
        new = [name for name in users.names() if is_first and not digests.has(name)]
        self._count = PhotoCount(self.stream_state.get("pictures"))
        shares = self._shares(len(users))
        due = {name for name in users.names() if name in self._joined or not digests.has(name) or shares.is_due(name)}
        held: list[UserPhoto] = []
        yield from self._written(self._changed(users, sorted(due.difference(new)), digests, held), digests)
        yield from self._first_rows(((name, users.ids(name)) for name in new), digests)
        is_accepted = self._accepts_pictures(len(users))
        if is_accepted:
            yield from self._written(iter(held), digests)
        for name in self._joined.intersection(photo.bucket.name for photo in held if not is_accepted):
            digests.forget(name)  # the next delta round does not tell of these users again
        # After a list that was cut, it is not known whom it lacks: their photos must not wait another round of days.
        self._finish(shares, is_accepted=is_accepted and self._are_all)

    # In shares

    def _shares(self, users: int) -> CheckedShares:
        days = int(self.config.get("photo_check_days") or 1) if users >= _FEWEST_IN_SHARES else 1
        # Another size or selection means all rows again, at once.
        is_alike = self.stream_state.get("checked_form") == self._reader.form
        return CheckedShares(self.stream_state.get("checked") if is_alike else None, days, self.client.now().date())

    def _finish(self, shares: CheckedShares, *, is_accepted: bool) -> None:
        today = self.client.now().date()
        shares.finish(is_accepted=is_accepted)
        self.stream_state.update(checked=str(shares), checked_form=self._reader.form)
        self.result.checked_since = None if shares.oldest == today else shares.oldest

    def _accepts_pictures(self, users: int) -> bool:
        """Return whether no more photos are missing than may be: all there are, by those of the users checked."""
        count = self._count
        if not count.checked:
            return True
        is_accepted = ShrinkGuard(self, "pictures", slack=count.slack(users)).accepts(count.estimate(users))
        if is_accepted:
            self.stream_state["pictures"] = count.total(users)
        return is_accepted

    # Rows

    def _first_rows(self, buckets: Iterable[tuple[str, list[str]]], digests: Digests) -> Iterator[Row]:
        """Yield the rows of buckets of which nothing is known."""
        first = FirstPhotos(self.client, self._reader, buckets)
        total = len(self._listed)
        for number, (row, bucket) in enumerate(first.rows(), start=1):
            self._extent = Extent(self._count.checked, total, "users")
            if row:
                yield row
            if bucket and bucket.is_final:
                digests.keep(bucket.name, bucket.digest)
            if number % _ROWS_PER_STATE == 0:
                self._keep(digests)
            self._count.add(has_picture=bool(row and (row["etag"] is not None or row["photo"] is not None)))
        self._keep(digests)

    def _written(self, changed: Iterator[UserPhoto], digests: Digests) -> Iterator[Row]:
        while people := list(islice(changed, _ROWS_PER_STATE)):
            for photo, answer in self._reader.read(people):
                row = self._reader.row(photo, answer)
                if row:
                    yield row
            for photo in people:
                if photo.is_last and photo.bucket.is_final:
                    digests.keep(photo.bucket.name, photo.bucket.digest)
                elif photo.is_last:
                    digests.forget(photo.bucket.name)
            self._keep(digests)

    def _keep(self, digests: Digests) -> None:
        self.stream_state["digests"] = str(digests)
        self.checkpoint()

    def _changed(
        self, users: IdBuckets, due: list[str], digests: Digests, held: list[UserPhoto]
    ) -> Iterator[UserPhoto]:
        """Yield the users of those buckets that changed; put those that may have lost a photo into `held`."""
        answers = read_batch(self.client, (f"/users/{user_id}/photo" for name in due for user_id in users.ids(name)))
        total = len(users)
        for name in due:
            etags = [(user_id, *self._reader.etag_and_size(next(answers))) for user_id in users.ids(name)]
            for user_id, _, size in etags:
                self._count.add(has_picture=size is not None, is_new=user_id in self._changed_ids)
            self._extent = Extent(self._count.checked, total, "users")
            bucket = Bucket(name, self._reader.digest((user_id, etag) for user_id, etag, _ in etags))
            if any(size is UNANSWERED for *_, size in etags):
                digests.forget(name)
            elif not digests.matches(name, bucket.digest):
                people = [UserPhoto(user_id, bucket, etag, size) for user_id, etag, size in etags]
                people[-1] = replace(people[-1], is_last=True)
                if self._may_lose(people):
                    held += people
                else:
                    yield from people

    def _may_lose(self, people: list[UserPhoto]) -> bool:
        """Return whether null may overwrite photos that the warehouse has."""
        return self.stream_state.get("pictures") is not None and any(photo.size is None for photo in people)

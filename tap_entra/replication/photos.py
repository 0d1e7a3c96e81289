"""One picture a user: its mark asked for in batches each run, its bytes only where a mark has changed."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_entra.graph import GraphError, latest_delta_link, read_batch, read_delta, read_pages, removal
from tap_entra.replication.base import EntraStream
from tap_entra.replication.list_guard import ShrinkGuard
from tap_entra.replication.photo_digests import Digests, IdBuckets, bucket_of, digest
from tap_entra.replication.portraits import FROM_BYTES, Bucket, Portrait, picture_columns
from tap_entra.reporting.outcome import Outcome
from tap_entra.reporting.progress import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_entra.graph import PartAnswer
    from tap_entra.replication.base import Row

#: Raise it when the rows that are made of the same picture change, so that all are written anew.
_FORMAT = 1
_ROWS_A_STATE = 2_000
#: So many unanswered pictures one after the other mean that there is no use in asking for the rest today.
_HOPELESS = 400
_NO_PHOTO = (400, 404)
#: Fewer pictures than these may go in a day without that being odd.
_FEW = 10


class PhotoStream(EntraStream):
    """Pictures of all users, a row each, null where there is none.

    Graph has no list and no delta of pictures, and ignores If-None-Match: every run asks for the mark (etag) of each
    user's picture, 20 to a request. Marks are remembered as one digest a bucket of users, and a bucket that differs is
    read and written whole. Removed users become removals, by a delta link on users.

    The service behind them is another than the directory's: where it answers "no picture" for most people who had one,
    their rows are left as they are for that run.

    Bookmark: `delta_link`, `digests`, `version`, `rows` (users) and `pictures` of the last believed pass; of a
    first round under way `round_link` and `round_version`.
    """

    tombstones = True

    _latest: str | None = None

    @property
    @override
    def replication_method(self) -> str:
        return str(self.forced_replication_method or "LOG_BASED")

    @override
    def prepare(self) -> None:
        state = self.stream_state
        if not self._is_ours(state.get("delta_link")) and not self._is_ours(state.get("round_link")):
            self._take_latest()

    def _take_latest(self) -> None:
        try:
            self._latest = latest_delta_link(self.client, self.url("/users/delta", select="id"))
        except GraphError as error:
            self.logger.debug("No delta link in advance: %s", error)

    def _is_ours(self, link: str | None) -> bool:
        return bool(link) and self.client.is_ours(str(link))

    @override
    def replicate(self) -> Iterator[Row]:
        state = self.stream_state
        gone, link = self._removed()
        users = self._users()
        are_all = ShrinkGuard(self).accepts(len(users), "/users")
        digests = Digests(state.get("digests"))
        yield from self._rows(users, digests)
        if are_all:
            digests.only(name for name, _ in users)
        for user_id in gone:
            # Should they come back with the same picture, the bucket must not look as if nothing had happened.
            digests.forget(bucket_of(user_id))
        state["digests"] = str(digests)
        if link:
            # Also if some pictures were not answered: those are remembered by their buckets, and a link grows old.
            state["delta_link"] = link
        elif are_all and self.result.outcome is Outcome.COMPLETE:
            self._end_first_round()
        self.write_removals(({"userId": user_id}, None) for user_id in gone)
        self.checkpoint()

    # Who is there, and who is not any more

    def _removed(self) -> tuple[set[str], str | None]:
        """Users removed since the last run, and the link for the next; begins a first round where there is none."""
        state = self.stream_state
        if self._is_ours(state.get("delta_link")) and self.replication_method != "FULL_TABLE":
            self.begin_version(state.get("version"))
            try:
                return self._changes(state["delta_link"])
            except GraphError as error:
                if not error.is_forgotten_delta:
                    raise
                self.logger.warning(
                    "Microsoft no longer keeps the changes since the last run; reading all of '%s' again", self.name
                )
                self._take_latest()
        if not self._is_ours(state.get("round_link")) or not state.get("round_version"):
            state.update(delta_link=None, digests=None, round_link=self._latest, round_version=self.begin_version())
        self.begin_version(state["round_version"])
        return set(), None

    def _changes(self, delta_link: str) -> tuple[set[str], str | None]:
        gone: set[str] = set()
        link = None
        for page in read_delta(self.client, delta_link):
            link = page.delta_link
            for row in page.rows:
                (gone.add if removal(row) else gone.discard)(self.id_of(row))
        return gone, link

    def _users(self) -> IdBuckets:
        """The ids of all users, completely before the first picture: page tokens do not wait for slow work."""
        users = IdBuckets()
        for page in read_pages(self.client, self.url("/users", select="id", top=999)):
            for row in page.rows:
                user_id = self.id_of(row)
                users.add(bucket_of(user_id), user_id)
        return users

    def _end_first_round(self) -> None:
        state = self.stream_state
        self.activate_version()
        state.update(delta_link=state["round_link"], version=state["round_version"])
        state.update(round_link=None, round_version=None)

    # Pictures

    def _rows(self, users: IdBuckets, digests: Digests) -> Iterator[Row]:
        changed = self._changed(users, digests)
        while people := list(islice(changed, _ROWS_A_STATE)):
            for portrait, answer in self._pictures(people):
                row = self._row(portrait, answer)
                if row:
                    yield row
            for portrait in people:
                if portrait.is_last and portrait.bucket.is_final:
                    digests.keep(portrait.bucket.name, portrait.bucket.digest)
            self.stream_state["digests"] = str(digests)
            self.checkpoint()

    def _changed(self, users: IdBuckets, digests: Digests) -> Iterator[Portrait]:
        """The users of all buckets that are not as they were, bucket after bucket; last where a picture may be gone."""
        answers = read_batch(self.client, (f"/users/{user_id}/photo" for _, ids in users for user_id in ids))
        columns = ",".join(sorted(self.wanted_columns()))
        done, total = 0, len(users)
        pictures, held = 0, []
        for name, ids in users:
            marks = [(user_id, *self._mark(next(answers))) for user_id in ids]
            done += len(marks)
            pictures += sum(size is not None for *_, size in marks)
            self._extent = Extent(done, total, "users")
            parts = [f"{user_id} {etag or ''}" for user_id, etag, _ in marks]
            bucket = Bucket(name, digest([f"{_FORMAT} {self.photo_size} {columns}", *parts]))
            if any(size is _UNANSWERED for *_, size in marks):
                digests.forget(name)
            elif not digests.matches(name, bucket.digest):
                people = [Portrait(user_id, bucket, etag, size) for user_id, etag, size in marks]
                people[-1] = replace(people[-1], is_last=True)
                if self._may_lose(people):
                    held += people
                else:
                    yield from people
        if ShrinkGuard(self, "pictures", slack=_FEW).accepts(pictures):
            yield from held

    def _may_lose(self, people: list[Portrait]) -> bool:
        """Whether pictures known to the warehouse may be overwritten by none."""
        return self.stream_state.get("pictures") is not None and any(portrait.size is None for portrait in people)

    def _pictures(self, people: list[Portrait]) -> Iterator[tuple[Portrait, PartAnswer | None]]:
        """Each of some people with an answer to the question for the picture; None for who has none to be asked for."""
        wants_bytes = any(self.mask["properties", name] for name in FROM_BYTES)
        askable = [portrait for portrait in people if wants_bytes and portrait.size is not None]
        answers = read_batch(self.client, map(self._picture_path, askable))
        odd = []
        for portrait in people:
            answer = next(answers) if wants_bytes and portrait.size is not None else None
            if answer and answer.status in _NO_PHOTO:
                odd.append(portrait)
            else:
                yield portrait, answer
        # Not in that size: a mailbox may hold only odd ones, so they are asked which.
        sizes = read_batch(self.client, [f"/users/{portrait.user_id}/photos" for portrait in odd])
        paths = [self._nearest_path(portrait, answer) for portrait, answer in zip(odd, sizes, strict=True)]
        yield from zip(odd, read_batch(self.client, paths), strict=True)

    def _mark(self, answer: PartAnswer) -> tuple[str | None, int | None]:
        """The etag and the larger side of someone's picture: None twice without one, `_UNANSWERED` when not known."""
        body: Any = answer.body if isinstance(answer.body, dict) else {}
        if answer.status in _NO_PHOTO:
            return None, None
        if not self._is_answered(answer):
            return None, _UNANSWERED
        width, height = int(body.get("width") or 0), int(body.get("height") or 0)
        # A user without a picture may also get a picture: one transparent pixel.
        if max(width, height) <= 1:
            return None, None
        return body.get("@odata.mediaEtag"), max(width, height)

    def _is_answered(self, answer: PartAnswer) -> bool:
        if answer.status == 200:  # noqa: PLR2004
            self._readable = True
            self._unanswered = 0
            return True
        error = answer.error()
        if error.is_unauthenticated or (error.is_refusal and not self._readable):
            raise error
        self._unanswered += 1
        if self._unanswered >= _HOPELESS:
            raise error
        self.result.fall_short(
            Outcome.PARTIAL, "Some pictures could not be read; the next run asks for them again.", error
        )
        return False

    _readable = False
    _unanswered = 0

    @property
    def photo_size(self) -> str:
        """The size that is asked for, e.g. "240x240"."""
        return str(self.config.get("photo_size") or "240x240")

    def _picture_path(self, portrait: Portrait) -> str:
        wanted = int(self.photo_size.partition("x")[0])
        if portrait.size is not None and portrait.size <= wanted:
            return f"/users/{portrait.user_id}/photo/$value"
        return f"/users/{portrait.user_id}/photos/{self.photo_size}/$value"

    def _row(self, portrait: Portrait, answer: PartAnswer | None) -> Row | None:
        row: Row = dict.fromkeys(("userId", "etag", *FROM_BYTES))
        row["userId"] = portrait.user_id
        if portrait.size is None:
            return row
        row["etag"] = portrait.etag
        if answer is None:
            return row
        if answer.status in _NO_PHOTO:
            return row | {"etag": None}
        if not self._is_answered(answer):
            portrait.bucket.is_final = False
            return None
        return row | picture_columns(answer)

    def _nearest_path(self, portrait: Portrait, sizes: PartAnswer) -> str:
        """The picture in the smallest size that is no smaller than wanted."""
        listed = sizes.body.get("value", []) if isinstance(sizes.body, dict) else []
        wanted = int(self.photo_size.partition("x")[0])
        larger = sorted((int(size["width"]), size["id"]) for size in listed if int(size.get("width") or 0) >= wanted)
        path = f"photos/{larger[0][1]}/$value" if larger else "photo/$value"
        return f"/users/{portrait.user_id}/{path}"


#: In place of a picture's size: Graph has not said whether there is one.
_UNANSWERED = -1

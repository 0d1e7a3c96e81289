"""Links that come inside the list of their parents: a request for 999 parents instead of 20.

Graph puts at most 20 links into a parent, without a sign that there are more:
https://learn.microsoft.com/graph/query-parameters#expand. A parent with 20 is read by itself.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_entra.graph import GraphError, latest_delta_link, odata, read_delta, read_pages, removal
from tap_entra.replication.batched import BatchedLinkStream
from tap_entra.replication.delta_round import reconcile_after
from tap_entra.replication.distinct_rows import DistinctRows
from tap_entra.replication.list_guard import ShrinkGuard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_entra.replication.base import Row

#: Most links of one parent in a list.
_MOST_IN_LIST = 20
#: Up to this number of parents, each run reads all: that is a handful of requests.
_FEW = 5_000
#: The clocks of Graph's machines may differ by this much.
_CLOCKS_DIFFER = timedelta(minutes=5)


class ExpandedLinkStream(BatchedLinkStream):
    """Links from parents to their children, read with the list of the parents.

    Each run reads all links of up to 5,000 parents. Where there are more, it reads the links of new and renamed
    parents, and every `reconcile_days` all of them: no delta function of Graph is documented to report these links.

    Bookmark: that of `BatchedStream`; `read_at`, the time of the last accepted pass; `delta_link`, from which the next
    run asks for changed parents; null where it reads all.
    """

    @override
    def replicate(self) -> Iterator[Row]:
        if self._is_due():
            yield from self._all()
        else:
            yield from self._changed()

    def _is_due(self) -> bool:
        state = self.stream_state
        link, read_at = state.get("delta_link"), state.get("read_at")
        if not read_at or not link or not self.client.is_ours(link) or not self._are_many:
            return True
        age = self.client.now() - odata.parse_instant(read_at)
        return age >= reconcile_after(self.config) or age < -_CLOCKS_DIFFER

    @property
    def _are_many(self) -> bool:
        return int(self.stream_state.get("parents") or 0) > _FEW

    @property
    def _delta_url(self) -> str:
        # A parent comes when it is new, renamed or deleted.
        return self.url(f"{self.parents}/delta", select="displayName")

    # All links

    def _all(self) -> Iterator[Row]:
        is_first = self.stream_state.get("parents") is None
        # Before the list, so that changes during it are in the next run.
        link = latest_delta_link(self.client, self._delta_url) if is_first or self._are_many else None
        read_at = odata.instant(self.client.now())
        version = self.begin_version()
        distinct, parents, others = DistinctRows(self.primary_keys), DistinctRows(("id",)), []
        for rows, more in self._listed(parents, distinct):
            yield from rows
            others += more
        are_all = ShrinkGuard(self, "parents").accepts(len(parents), self.parents)
        unanswered = yield from self.read_paths(self.paths_of(dict.fromkeys(others)), distinct)
        self.stream_state.update(delta_link=link, read_at=read_at)
        if not self.finish(version, len(distinct), is_whole=are_all and not unanswered):
            self.stream_state["read_at"] = None
            self.checkpoint()

    def _listed(self, parents: DistinctRows, distinct: DistinctRows) -> Iterator[tuple[list[Row], list[str]]]:
        """Yield the links in each page of the list, and the parents that must be read by themselves."""
        relation = self.path.rpartition("/")[2]
        url = self.url(self.parents, expand=f"{relation}($select=id)", select="id", top=999)
        try:
            for page in read_pages(self.client, url):
                if page.first:
                    distinct.clear()
                    parents.clear()
                rows, others = self._links_in(page.rows, relation)
                parents.add_page(page.rows)
                distinct.add(rows)
                yield rows, others
        except GraphError as error:
            if error.status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_IMPLEMENTED} or len(parents):
                raise
            self.logger.info("%s: %s; reading them 20 parents to a request", self.name, error)
            ids = self.read_ids(self.url(self.parents, select="id", top=999))
            parents.add([{"id": id_} for id_ in ids])
            yield [], ids

    def _links_in(self, parents: list[Any], relation: str) -> tuple[list[Row], list[str]]:
        rows: list[Row] = []
        others = []
        for parent in parents:
            id_, links = self.id_of(parent), parent.get(relation)
            if _are_all(links) and not parent.get(f"{relation}@odata.nextLink"):
                rows += [self.link(id_, target) for target in links]
            else:
                others.append(id_)
        return rows, others

    # Changed parents

    def _changed(self) -> Iterator[Row]:
        self.begin_version(self.stream_state.get("version"))
        changed: dict[str, None] = {}
        link = self.stream_state["delta_link"]
        try:
            for page in read_delta(self.client, link):
                changed.update(dict.fromkeys(self.id_of(row) for row in page.rows if not removal(row)))
                link = page.delta_link
        except GraphError as error:
            if not error.is_useless_delta_link:
                raise
            self.logger.info("%s: %s: full re-read", self.name, error)
            yield from self._all()
            return
        unanswered = yield from self.read_paths(self.paths_of(changed), DistinctRows(self.primary_keys))
        if not unanswered:
            self.stream_state["delta_link"] = link
        self.checkpoint()


def _are_all(links: Any) -> bool:
    """Return whether a list in a parent is one of links, and has all of them."""
    is_list = isinstance(links, list) and len(links) < _MOST_IN_LIST
    return is_list and all(isinstance(link, dict) and link.get("id") for link in links)

"""Microsoft's judgement of gallery apps, read by id for those that are in use here.

A list with these columns has small pages, and a tenant without the licence has no judgements: Graph then leaves the
columns out and says so in an annotation. https://learn.microsoft.com/graph/api/applicationtemplate-get
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tap_entra.graph import odata, read_batch, read_pages
from tap_entra.reporting import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_entra.graph import PartAnswer
    from tap_entra.replication.base import EntraStream, Row

_SCORE, _FACTORS, _STATUS = "riskScore", "riskFactors", "riskStatus"
_LICENCE = "@microsoft.graph.licenseRequired"


class AppRisks:
    """Adds riskScore, riskFactors and riskStatus, which says why there is no score.

    Attributes:
        are_whole: Whether Graph answered for all apps that were asked about.
    """

    def __init__(self, stream: EntraStream) -> None:
        self._stream = stream
        self._is_wanted = not {_SCORE, _FACTORS, _STATUS}.isdisjoint(stream.columns)
        self._known: dict[str, Row] | None = None
        self._others = _row("notAsked")
        self.are_whole = True

    def add_to(self, rows: list[Row]) -> Iterator[Row]:
        """Yield the rows of a page with their risks."""
        if self._is_wanted and self._known is None:
            self._known = {}
            self._read(self._known)
        for row in rows:
            yield {**row, **(self._known or {}).get(self._stream.id_of(row).lower(), self._others)}

    def _read(self, known: dict[str, Row]) -> None:
        in_use = self._in_use()
        # The first alone: where the licence is missing, it is missing for all.
        for some in (in_use[:1], in_use[1:]):
            for id_, answer in zip(some, self._ask(some), strict=True):
                if self._is_refused(answer):
                    return
                known[id_] = self._judge(answer)
        unknown = sum(row[_STATUS] == "unknown" for row in known.values())
        if unknown:
            self.are_whole = False
            action = f"The risk of {unknown:,} apps could not be read; the next run reads all again."
            self._stream.result.fall_short(Outcome.PARTIAL, action)
            self._stream.logger.warning("%s: %s", self._stream.name, action)

    def _in_use(self) -> list[str]:
        """Ids of the templates that apps of this tenant were made from."""
        url = self._stream.url("/servicePrincipals", select="applicationTemplateId,id", top=999)
        pages = read_pages(self._stream.client, url)
        named = {row.get("applicationTemplateId") for page in pages for row in page.rows}
        return sorted(str(id_).lower() for id_ in named if id_)

    def _ask(self, ids: list[str]) -> Iterator[PartAnswer]:
        select = odata.select(["id", _SCORE, _FACTORS])
        paths = (odata.query(f"{self._stream.path}/{id_}", select=select) for id_ in ids)
        return read_batch(self._stream.client, paths, version=self._stream.graph_version)

    def _is_refused(self, answer: PartAnswer) -> bool:
        """Whether no app has a judgement here: the licence is missing, or Graph does not give it in this cloud."""
        body = answer.body if isinstance(answer.body, dict) else {}
        if answer.status == HTTPStatus.OK and _LICENCE in body and body.get(_SCORE) is None:
            self._others = _row("notLicensed")
            return True
        if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_IMPLEMENTED}:
            self._stream.logger.info("%s: %s; risks are not known", self._stream.name, answer.error())
            self._others = _row("unknown")
            return True
        return False

    @staticmethod
    def _judge(answer: PartAnswer) -> Row:
        if answer.status == HTTPStatus.NOT_FOUND:
            return _row("notRated")  # not a template any more
        if answer.status != HTTPStatus.OK or not isinstance(answer.body, dict):
            return _row("unknown")
        score = answer.body.get(_SCORE)
        if score is not None and not isinstance(score, dict):
            return _row("unknown")
        return _row("notRated" if score is None else "rated", score, answer.body.get(_FACTORS))


def _row(status: str, score: Any = None, factors: Any = None) -> Row:
    return {_SCORE: score, _FACTORS: factors, _STATUS: status}

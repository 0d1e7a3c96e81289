"""A case: what Graph answers in each run, served in place of the sandbox's own Graph."""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.messages import Request, Response, json_response
from tap_entra.graph import odata

if TYPE_CHECKING:
    from datetime import datetime

DATA = Path(__file__).with_name("data")

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_AGO = re.compile(r"\{now-([\d.]+)([mhd])\}")
_WINDOW = re.compile(r"(\w+) (ge|le) (\S+)")
#: Ids of a case's objects.
_ID = re.compile(r"(?<=[\"'/])(?:u|sp|a)\d+(?=[\"'])")
_HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Case:
    """A file of `data`. See `README.md` there for the format."""

    name: str
    streams: tuple[str, ...]
    runs: tuple[list[dict[str, Any]], ...]

    @classmethod
    def of(cls, name: str, graph_url: str, now: datetime, *, id_prefix: str = "") -> Case:
        """The case, with links to a Graph host and with times before `now`.

        Args:
            id_prefix: Before the id of each object, for cases that share tables.
        """
        text = _ID.sub(lambda found: id_prefix + found[0], (DATA / f"{name}.json").read_text())
        text = _AGO.sub(lambda found: odata.instant(now - timedelta(**{_UNITS[found[2]]: float(found[1])})), text)
        content = json.loads(text.replace("{graph}", graph_url))
        return cls(name, tuple(content["streams"]), tuple(content["runs"]))


class ScriptedRun:
    """Answers the requests of one run.

    Args:
        answers: As in a case's file.
        graph_url: The host that links lead to.
    """

    def __init__(self, answers: list[dict[str, Any]], graph_url: str) -> None:
        self._graph_url = graph_url
        self._scripts: dict[tuple[str, frozenset[tuple[str, str]]], deque[dict[str, Any]]] = {}
        for answer in answers:
            key = (answer["request"], frozenset(answer.get("query", {}).items()))
            self._scripts.setdefault(key, deque()).append(answer)
        self.asked: list[str] = []

    def answer(self, request: Request) -> Response:
        """The answer to a request, or to each part of a batch."""
        if request.path.endswith("/$batch"):
            version = request.path.removesuffix("/$batch")
            parts = json.loads(request.body)["requests"]
            return json_response({"responses": [self._part(version, part) for part in parts]})
        self.asked.append(f"{request.method} {request.target}")
        what = f"{request.method} {request.path}"
        fitting = [key for key in self._scripts if key[0] == what and key[1] <= request.query.items()]
        if not fitting:
            return self._unscripted(request)
        script = self._scripts[max(fitting, key=lambda key: len(key[1]))]
        return _response(script.popleft() if len(script) > 1 else script[0], request)

    def _part(self, version: str, part: dict[str, Any]) -> dict[str, Any]:
        response = self.answer(Request(part["method"], "", version + part["url"], part.get("headers", {})))
        return {
            "id": part["id"],
            "status": response.status,
            "headers": _HEADERS,
            "body": json.loads(response.body),
        }

    def _unscripted(self, request: Request) -> Response:
        if request.query.get("$count") == "true":
            return json_response({"error": {"code": "Request_BadRequest", "message": "No count."}}, 400)
        body: dict[str, Any] = {"value": []}
        if request.path.endswith("/delta"):
            body["@odata.deltaLink"] = f"{self._graph_url}{request.path}?$deltatoken=unscripted"
        return json_response(body)


def _response(answer: dict[str, Any], request: Request) -> Response:
    status = answer.get("status", 200)
    if "text" in answer:
        return Response(status, answer["text"].encode(), dict(_HEADERS))
    body = answer.get("body")
    if "log" in answer:
        rows = _rows_of_window(answer["log"], request.query.get("$filter", ""))
        if not any(row["id"] == answer.get("unreadable") for row in rows):
            body = {"value": rows}
    # Not by msgspec: 25.0 is to stay 25.0.
    return Response(status, json.dumps(body).encode(), dict(_HEADERS))


def _rows_of_window(rows: list[dict[str, Any]], condition: str) -> list[dict[str, Any]]:
    window = _WINDOW.findall(condition)
    return [
        row
        for row in rows
        if all(row[column] >= moment if side == "ge" else row[column] <= moment for column, side, moment in window)
    ]

"""A response becomes a decoded body or `Refused`; what the headers of a refusal ask for."""

from __future__ import annotations

import json
import random
import re
from base64 import b64decode, urlsafe_b64decode
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import ValidationError

from tap_entra.graph import odata
from tap_entra.graph.decoder import PageBody
from tap_entra.graph.errors import TRANSIENT, GraphError, graph_error, inner_error, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from tap_entra.graph.odata import Decode

_BACKOFF_START_S = 2.0
_BACKOFF_CAP_S = 300.0
_CLAIMS = re.compile(r'\bclaims\s*=\s*"([^"]+)"', re.IGNORECASE)


class Answer(NamedTuple):
    """What Graph answered, with the headers of the answer. Their names are found in any case."""

    headers: Mapping[str, str]
    body: dict[str, Any]


class Refused(Exception):  # noqa: N818 - a signal: whether there is another try is decided elsewhere
    """One try failed.

    Attributes:
        retry_after_s: How long Graph asks to wait; None if it does not say.
        claims: What a new token must have; None if that is not the trouble.
        token: The one that was sent.
    """

    def __init__(self, error: GraphError, response: requests.Response | None = None) -> None:
        super().__init__(error)
        headers: Mapping[str, str] = response.headers if response is not None else {}
        sent = str(response.request.headers.get("Authorization", "")) if response is not None else ""
        self.error = error
        self.retry_after_s = (
            retry_after_s(headers.get("Retry-After"), headers.get("Date")) if error.status in TRANSIENT else None
        )
        self.claims = claims(headers)
        self.token = sent.removeprefix("Bearer ")


def parse_response(what: str, response: requests.Response, decode: Decode) -> Any:
    """The decoded answer: a JSON object, or `PageBody`.

    Raises:
        Refused: With the error, also under a status that promises an answer.
    """
    flaw = plain(response.headers.get("Content-Type") or "no content type")
    if response.ok:
        try:
            answer = decode(response.content)
        except ValidationError as invalid:
            flaw = str(invalid)  # of types and places, never of values
        except (ValueError, RecursionError):
            pass
        else:
            if _is_whole(answer):
                return answer
    # A 200 is no promise of an answer: seen are cut JSON, HTML, empty bodies, and an error object under a 200,
    # also beside the rows that had been written when it happened.
    request_id = response.headers.get("request-id", "")
    error = graph_error(what, response.status_code, _json_or_none(response.content), request_id)
    if response.ok and not error.codes:
        error = GraphError(what, response.status_code, (), f"not the JSON object it should be, but {flaw}", request_id)
    raise Refused(error, response)


def _is_whole(answer: Any) -> bool:
    if isinstance(answer, dict):
        return answer.get("error") is None
    return isinstance(answer, PageBody) and answer.error is None


def _json_or_none(content: bytes) -> Any:
    try:
        return odata.decode(content)
    except (ValueError, RecursionError):
        return None


def answered_at(response: requests.Response) -> datetime | None:
    """When Graph answered, by its own clock: an error tells it also in its body, where no proxy removes it."""
    if (date := http_date(response.headers.get("Date"))) or response.ok:
        return date
    body = _json_or_none(response.content)
    inner = inner_error(body.get("error")) if isinstance(body, dict) else {}
    try:
        return odata.parse_instant(inner["date"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def http_date(text: str | None) -> datetime | None:
    """A moment as HTTP headers spell it, always UTC; None when it is absent or none."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError):
        return None
    return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def retry_after_s(text: str | None, date: str | None = None) -> float | None:
    """Seconds to wait: Graph sends whole seconds, decimals such as "2.128", and by the standard may send a date.

    Args:
        date: The answer's own Date header: a moment is meant by Graph's clock, and this machine's may be wrong.
    """
    if not text:
        return None
    try:
        wait_s = float(text)
    except ValueError:
        moment = http_date(text)
        if moment is None:
            return None
        wait_s = (moment - (http_date(date) or datetime.now(timezone.utc))).total_seconds()
    return max(0.0, wait_s)


def backoff_s(tried: int) -> float:
    """How long to wait when Graph does not say, or says "0": longer each time, and not all threads alike."""
    longest = min(_BACKOFF_CAP_S, _BACKOFF_START_S * 2.0 ** min(tried - 1, 10))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


def claims(headers: Mapping[str, str]) -> str | None:
    """The claims of a CAE challenge as JSON text; None when there is no challenge.

    Source: https://learn.microsoft.com/entra/identity-platform/claims-challenge
    (base64 of JSON, perhaps among other challenges).
    """
    for found in _CLAIMS.finditer(headers.get("WWW-Authenticate", "")):
        text = found[1] + "=" * (-len(found[1]) % 4)
        try:
            wanted = (urlsafe_b64decode(text) if set("-_") & set(text) else b64decode(text)).decode()
            if isinstance(json.loads(wanted), dict):
                return wanted
        except ValueError:
            continue
    return None

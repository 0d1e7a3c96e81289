"""What came back, seen for what it is: an answer, or a refusal in one of its many shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET, ValidationError

from tap_entra.graph import odata
from tap_entra.graph.decoder import PageBody
from tap_entra.graph.errors import TRANSIENT, GraphError, graph_error
from tap_entra.graph.headers import claims, retry_after_s

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from tap_entra.graph.odata import Decode


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
    flaw = response.headers.get("Content-Type") or "no content type"
    if response.ok:
        try:
            answer = decode(response.content)
        except ValidationError as invalid:
            flaw = str(invalid)  # of types and places, never of values
        except ValueError:
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
    return "error" not in answer if isinstance(answer, dict) else isinstance(answer, PageBody) and answer.error is UNSET


def _json_or_none(content: bytes) -> Any:
    try:
        return odata.decode(content)
    except ValueError:
        return None

"""Faults in the content: well-formed JSON that repeats, misleads or surprises.

Sources: https://learn.microsoft.com/graph/paging (follow links, expect empty pages),
https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations,
https://learn.microsoft.com/graph/json-batching (any order). The rest can happen with any service.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.faults.fault import Fault, Strike, has_rows, is_batch, is_round, retold
from sandbox.faults.transport import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.messages import Response

    Json = dict[str, Any]

#: Ids of invented rows begin like this.
INVENTED = "00000000-0000-4000-8000-"
UNKNOWN_MEMBER = "unheardOf"
NEXT_LINK = "@odata.nextLink"
_ENUMS = (
    "ageGroup", "clientAppUsed", "operationType", "result", "riskDetail", "riskLevelAggregated",
    "riskLevelDuringSignIn", "riskState", "conditionalAccessStatus", "userPreferredMethodForSecondaryAuthentication",
)  # fmt: skip
_LONG = "0123456789abcdef" * 65_536
_COUNT = re.compile(rb'("(?:consumedUnits|enabled|errorCode|processingTimeInMilliseconds|signInCount)":\d+)(?=[,}])')
_UNSET_TIME = re.compile(rb'"last(?:NonInteractive|Successful)?SignInDateTime":null')
_TEXT = re.compile(rb'("(?:displayName|jobTitle|description|appDisplayName|userDisplayName)":")(?=[^"])')


def _leads_on(response: Response) -> bool:
    return response.status == 200 and b'"@odata.nextLink":"' in response.body and not is_batch(response)


def _is_object(response: Response) -> bool:
    return response.status == 200 and response.body.startswith(b"{") and not is_batch(response)


def _to_itself(body: Json, how: Strike) -> None:
    body[NEXT_LINK] = f"{how.url}?{how.target.partition('?')[2]}".removesuffix("?")


def _elsewhere(body: Json, _: Strike) -> None:
    body[NEXT_LINK] = f"{ELSEWHERE}/{body[NEXT_LINK].split('/', 3)[3]}"


def _malformed_link(body: Json, how: Strike) -> None:
    body[NEXT_LINK] = how.rng.choice(("https://[", "", "next", 17, {"href": "https://graph.example/v1.0/users"}))


def _row_twice(body: Json, how: Strike) -> None:
    body["value"].insert(how.rng.randrange(len(body["value"]) + 1), how.rng.choice(body["value"]))


def _more_properties(body: Json, how: Strike) -> None:
    for row in body["value"]:
        row["novelty"] = {"@odata.type": "#microsoft.graph.novelty", "since": how.now.isoformat(), "of": [1, None]}
        row["noveltyCount@odata.type"] = "#Int64"


def _more_members(body: Json, _: Strike) -> None:
    for row in body["value"]:
        # A sum is grouped by such a value: with another member it would be another row, in this answer and in the next.
        if "aggregationDateTime" not in row:
            row.update({name: UNKNOWN_MEMBER for name in _ENUMS if isinstance(row.get(name), str)})


def _another_kind(body: Json, how: Strike) -> None:
    novelty = {"@odata.type": "#microsoft.graph.novelty", "id": f"{INVENTED}{how.rng.getrandbits(48):012x}"}
    # A user has one manager at most.
    several = ("members@delta", "owners@delta")
    relations = [links for row in body["value"] for name, links in row.items() if name in several]
    how.rng.choice(relations or [body["value"]]).append(novelty)


def _no_key(body: Json, how: Strike) -> None:
    how.rng.choice(body["value"]).pop("id", None)


def _no_rows(body: Json, _: Strike) -> None:
    del body["value"]


def _no_more(body: Json, _: Strike) -> None:
    body.pop(NEXT_LINK, None)
    body.pop("@odata.deltaLink", None)


def _nothing(body: Json, _: Strike) -> None:
    body.clear()


def _error_beside(body: Json, how: Strike) -> None:
    del body["value"][how.rng.randrange(len(body["value"])) :]
    body.pop(NEXT_LINK, None)
    body["error"] = {"code": "UnknownError", "message": "An error has occurred while the answer was being written."}


def _twenty_megabytes(body: Json, _: Strike) -> None:
    for number in range(20):
        body["value"][number % len(body["value"])][f"novelty{number}"] = _LONG


def _never_as(text: str) -> Callable[[Json, Strike], None]:
    """Microsoft's own example of *List users* has both spellings of a time that was never set."""

    def respell(body: Json, _: Strike) -> None:
        for row in body["value"]:
            activity = row.get("signInActivity") or {}
            unset = [name for name, value in activity.items() if value is None and name.endswith("DateTime")]
            activity.update(dict.fromkeys(unset, text))

    return respell


def _has_unset_activity(response: Response) -> bool:
    return response.status == 200 and _UNSET_TIME.search(response.body) is not None and not is_batch(response)


def _indented(response: Response, _: Strike) -> Response:
    response.body = msgspec.json.format(response.body, indent=2)
    return response


def _with_decimal_point(response: Response, _: Strike) -> Response:
    response.body = _COUNT.sub(rb"\1.0", response.body)
    return response


def _has_count(response: Response) -> bool:
    return response.status == 200 and _COUNT.search(response.body) is not None


def _unprintable(response: Response, _: Strike) -> Response:
    response.body = _TEXT.sub(rb"\1\\u0000\\ud83d", response.body)
    return response


def _not_utf8(response: Response, _: Strike) -> Response:
    response.body = _TEXT.sub(b"\\1\xff\xfe", response.body, count=1)
    return response


def _has_text(response: Response) -> bool:
    return response.status == 200 and _TEXT.search(response.body) is not None


def _some_missing(body: Json, how: Strike) -> None:
    answers = body["responses"]
    body["responses"] = how.rng.sample(answers, how.rng.randrange(len(answers)))


def _some_doubled(body: Json, how: Strike) -> None:
    """Once as it is and once as busy, in any order: services behind Graph answer twice when they are moved."""
    answers = body["responses"]
    for answer in how.rng.sample(answers, 1 + len(answers) // 3):
        busy = {"id": answer["id"], "status": how.rng.choice((429, 503)), "headers": {"Retry-After": "1"}, "body": None}
        answers.insert(how.rng.randrange(len(answers) + 1), how.rng.choice((busy, answer)))


def _out_of_order(body: Json, how: Strike) -> None:
    how.rng.shuffle(body["responses"])


TWISTING: Mapping[str, Fault] = {
    "own_next_link": retold(_to_itself, _leads_on, in_batches=True),
    "foreign_next_link": retold(_elsewhere, _leads_on, in_batches=True),
    "malformed_next_link": retold(_malformed_link, _leads_on, in_batches=True),
    "never_as_empty_text": retold(_never_as(""), _has_unset_activity),
    "never_as_year_one": retold(_never_as("0001-01-01T00:00:00Z"), _has_unset_activity),
    "numbers_with_decimal_point": Fault(spoil=_with_decimal_point, fits=_has_count, in_batches=True),
    "indented_json": Fault(spoil=_indented, fits=_is_object, in_batches=True),
    "row_twice": retold(_row_twice, has_rows, in_batches=True),
    "unknown_properties": retold(_more_properties, has_rows, in_batches=True),
    "unknown_members": retold(_more_members, has_rows),
    "unknown_kind": retold(_another_kind, has_rows, in_batches=True),
    "row_without_key": retold(_no_key, has_rows, in_batches=True),
    "no_rows_at_all": retold(_no_rows, has_rows, in_batches=True),
    "round_without_link": retold(_no_more, _is_object, applies=is_round),
    "empty_object": retold(_nothing, _is_object, in_batches=True),
    "error_beside_rows": retold(_error_beside, has_rows, in_batches=True),
    "twenty_megabytes": retold(_twenty_megabytes, has_rows),
    "unprintable": Fault(spoil=_unprintable, fits=_has_text),
    "not_utf8": Fault(spoil=_not_utf8, fits=_has_text),
    "batch_incomplete": retold(_some_missing, is_batch),
    "batch_doubled": retold(_some_doubled, is_batch),
    "batch_out_of_order": retold(_out_of_order, is_batch),
}

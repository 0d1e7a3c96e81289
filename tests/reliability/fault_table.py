"""All that can be wrong with a day's faults, each alone, and mixtures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sandbox.faults import FAULTS
from sandbox.faults.fault import has_delta_token, has_page_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from sandbox.faults import Faults
    from sandbox.messages import Request

    Bring = Callable[[Faults, Random], object]

#: Where a fault may strike: everywhere, or again and again at the same place.
_PLACES = (
    *["/*"] * 16, "*", "*/token", "/$batch", "/organization", "/users", "/users/delta", "/groups/delta", "*/delta",
    "/applications*", "/servicePrincipals*", "/directory/*", "/auditLogs/*", "/auditLogs/signIns", "/reports/*",
    "/oauth2PermissionGrants", "/roleManagement/*", "/users/*/photo*", "/servicePrincipals/*/appRoleAssignedTo",
)  # fmt: skip
_PLACES_IN_BATCHES = ("/$batch",)
_PLACES_OF_ROUNDS = ("*/delta",)
_PLACES_OF: dict[Callable[[Request], bool], tuple[str, ...]] = {
    has_delta_token: ("*", "*/delta"),
    has_page_token: ("*", "*", "*", "*/delta", "/users*", "/auditLogs/*", "/applications"),
}
#: Their wait is so short that the tap would ask a thousand times until it gave up.
_NEVER_ALWAYS = {"throttled_decimal"}
_RATES = (0.02, 0.1, 0.3, 1.0)
#: Large or slow ones strike seldom, so that much can be tried.
_SELDOM = {"stalled_body", "twenty_megabytes", "refused_connection"}
_HOW_LONG_S = {"stalled_body": (1.2, 1.5), "refused_connection": (0.01, 0.2)}


def _strike(fault: str, faults: Faults, random: Random) -> None:
    usual = _PLACES_IN_BATCHES if "batch" in fault else _PLACES_OF_ROUNDS if "round" in fault else _PLACES
    place = random.choice(_PLACES_OF.get(FAULTS[fault].applies, usual))
    how = {"stall_s": random.uniform(*_HOW_LONG_S[fault])} if fault in _HOW_LONG_S else {}
    if fault in _SELDOM:
        faults.next(fault, times=random.randint(1, 3), path=place, **how)
    elif random.random() < 0.5:
        faults.next(fault, times=random.randint(1, 8), path=place, **how)
    else:
        rates = _RATES[:-1] if fault in _NEVER_ALWAYS else _RATES
        faults.often(fault, random.choice(rates), path=place, **how)


def _is(name: str, share: float, faults: Faults, random: Random) -> None:
    setattr(faults, name, share * random.random() ** 0.5)


#: Lists that Microsoft counts, and that are longer than what is tolerated.
_JUDGED = ("users", "groups", "servicePrincipals")


def _shrunken(faults: Faults, random: Random) -> None:
    for path in random.sample(_JUDGED, random.randint(1, 3)):
        faults.shrunken[path] = random.choice((0.0, 0.1, 0.4, 0.5))


#: A part of a list, or nothing of it, with a 200.
SHORT = "lists that come back empty, or half as long"
_MOST = {"empty_pages": 0.9, "duplicate_rows": 0.5}
#: What is no fault, but a share of what Graph does anyway: its name in the faults.
HABITS = {
    "empty pages that lead on": "empty_pages",
    "changes that come again in the next round": "replays",
    "changes that come twice in a round": "repeated_changes",
    "log rows that come twice": "duplicate_rows",
    "rows that come again on the next page": "overlaps",
}


def _is_odd(name: str, share: float, faults: Faults, random: Random) -> None:
    setattr(faults.odd, name, share * random.random() ** 0.5)


def _omits_empty_lists(faults: Faults, _: Random) -> None:
    faults.odd.omits_empty_lists = True


def _removes_everybody(faults: Faults, random: Random) -> None:
    for path in random.sample(_JUDGED, random.randint(1, 3)):
        faults.odd.wrongly_removed[path] = random.choice((0.6, 1.0))


#: Properties that nothing in the sandbox has set, so that their loss changes no value.
_NOWHERE_SET = ("ageGroup", "organizationId", "disabledByMicrosoftStatus", "deviceCategory")


def _refuses_a_property(faults: Faults, random: Random) -> None:
    faults.odd.refused_properties[random.choice(_NOWHERE_SET)] = random.choice((400, 501))


#: Lists that Microsoft does not count.
_UNCOUNTED = ("oauth2PermissionGrants", "roleManagement/directory/roleAssignments")


def _shrunken_uncounted(faults: Faults, random: Random) -> None:
    # These companies have a handful of such rows. That one or two are missing cannot be noticed (docs/limits.md).
    faults.shrunken[random.choice(_UNCOUNTED)] = random.choice((0.0, 0.3, 0.5))


#: In a first run there is nothing that such a list could be compared with, and no count. The next run finds the rest.
UNNOTICED_AT_FIRST = "lists without a count that come back shorter"
#: Odd answers: what brings each, and the switch that counts how often it made a difference.
ODDITIES: dict[str, tuple[str, Bring]] = {
    "parts of objects in a later delta round": ("partial_rows", partial(_is_odd, "partial_rows", 1.0)),
    "ids and names alone in a later delta round": ("bare_rows", partial(_is_odd, "bare_rows", 1.0)),
    "deleted objects without @removed": ("unmarked_removals", partial(_is_odd, "unmarked_removals", 1.0)),
    "empty lists left out of delta rounds": ("omits_empty_lists", _omits_empty_lists),
    "a delta round that calls most objects removed": ("wrongly_removed", _removes_everybody),
    "a page served again in place of the next": ("repeated_pages", partial(_is_odd, "repeated_pages", 1.0)),
    "log ids listed twice, with the attempt before": ("doubled_ids", partial(_is_odd, "doubled_ids", 0.5)),
    "rows whose page is never written": ("poison", partial(_is_odd, "poisoned", 0.05)),
    "a property that is refused, 400 or 501": ("refused_properties", _refuses_a_property),
    UNNOTICED_AT_FIRST: ("shrunken", _shrunken_uncounted),
}
ALONE: dict[str, Bring] = {fault: partial(_strike, fault) for fault in FAULTS}
ALONE |= {name: partial(_is, habit, _MOST.get(habit, 1.0)) for name, habit in HABITS.items()}
HABITS[SHORT] = "shrunken"
ALONE[SHORT] = _shrunken
HABITS |= {name: switch for name, (switch, _) in ODDITIES.items()}
ALONE |= {name: bring for name, (_, bring) in ODDITIES.items()}
MIXTURE = "several of these at once"


def _mix(faults: Faults, random: Random) -> None:
    for name in random.sample(sorted(ALONE.keys() - {UNNOTICED_AT_FIRST}), random.randint(2, 5)):
        ALONE[name](faults, random)


WEATHERS: dict[str, Bring] = {**ALONE, MIXTURE: _mix}
#: What must be noticed in a first run as well.
ANY_DAY = tuple(sorted(WEATHERS.keys() - {UNNOTICED_AT_FIRST}))

#: What a person would call each fault; for those that are not here, their name does.
WORDS = {
    "throttled": "429, Retry-After in seconds",
    "throttled_decimal": "429, Retry-After with decimals",
    "throttled_date": "429, Retry-After as a date",
    "throttled_silently": "429 without Retry-After",
    "throttled_minutes": "429, Retry-After of minutes",
    "internal_error": "500",
    "unknown_error": "500 that says nothing",
    "unavailable": "503",
    "timeout": "504",
    "bandwidth": "509",
    "expired_page_token": "page token expired",
    "lost_page_token": "page token unknown",
    "forgotten_delta_link": "delta link forgotten: 400 syncStateNotFound, nested",
    "gone_delta_link": "delta link forgotten: 410 resyncRequired with Location",
    "unknown_sync_state": "delta link forgotten: 404 syncStateNotFound",
    "gone_sync_state": "delta link forgotten: 410 syncStateNotFound",
    "resync_required": "delta link forgotten: 400 resyncRequired",
    "gone_without_a_code": "delta link forgotten: 410 without a code",
    "gone_to_another_host": "delta link forgotten: 410 with a foreign host in Location",
    "refused_filter": "400, invalid filter clause, for a window of a log",
    "plan_doubted": "403, no premium plan",
    "denied": "403, no permission",
    "token_refused": "401",
    "claims_challenge": "401 with a claims challenge",
    "bad_gateway": "502 with HTML",
    "html": "200 with HTML",
    "html_unavailable": "503 with HTML",
    "empty_timeout": "504 with an empty body",
    "refused_connection": "connection refused",
    "reset": "connection reset",
    "cut_body": "body cut in the middle",
    "cut_chunks": "chunked body cut in the middle",
    "cut_gzip": "gzip stream cut in the middle",
    "stalled_body": "body stalls",
    "empty_body": "200 with an empty body",
    "malformed_json": "malformed JSON",
    "wrong_content_type": "wrong content type",
    "error_in_200": "200 with an error object, also inside a batch",
    "redirect": "redirect on the same host",
    "foreign_redirect": "redirect to a foreign host",
    "own_next_link": "next link to its own page",
    "foreign_next_link": "next link to a foreign host",
    "malformed_next_link": "next link that is no link",
    "never_as_empty_text": "times that were never set as empty text",
    "never_as_year_one": "times that were never set as year 1",
    "numbers_with_decimal_point": "whole numbers with a decimal point",
    "indented_json": "indented JSON",
    "row_twice": "a row twice on a page",
    "unknown_properties": "unknown properties",
    "unknown_members": "unknown enum members",
    "unknown_kind": "a row of an unknown kind",
    "row_without_key": "a row without its key",
    "no_rows_at_all": "200 with an object that has no rows",
    "round_without_link": "a delta round that ends early, without a link",
    "empty_object": "200 with an empty object",
    "error_beside_rows": "200 with an error object beside the first rows",
    "twenty_megabytes": "a page of 20 MB",
    "unprintable": "NULs and lone surrogates in texts",
    "not_utf8": "bytes that are no UTF-8",
    "batch_incomplete": "answers missing from a batch",
    "batch_doubled": "answers doubled in a batch, one of them busy",
    "batch_out_of_order": "answers of a batch out of order",
}

"""All that can be wrong with a day's faults, each alone, and mixtures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sandbox.faults import FAULTS
from sandbox.faults.fault import has_delta_token, has_page_token, is_round
from sandbox.faults.odd_rows import is_about_photos
from sandbox.faults.odd_values import is_recycle_bin
from tests.reliability.bookmarks import DAMAGED
from tests.reliability.turned import turn_one

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
    "/auditLogs/getSummarized*", "/oauth2PermissionGrants", "/roleManagement/*", "/users/*/photo*",
    "/servicePrincipals/*/appRoleAssignedTo",
)  # fmt: skip
_PLACES_IN_BATCHES = ("/$batch",)
_PLACES_OF_ROUNDS = ("*/delta",)
_PLACES_OF: dict[Callable[[Request], bool], tuple[str, ...]] = {
    has_delta_token: ("*", "*/delta"),
    has_page_token: ("*", "*", "*", "*/delta", "/users*", "/auditLogs/*", "/applications"),
    is_round: ("*/delta",),
    is_recycle_bin: ("*",),
    is_about_photos: ("*",),
}
#: Values are odd here and there, or each second one.
_SHARES = (0.02, 0.1, 0.5)
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
    if fault.endswith("values"):
        how = {"share": random.choice(_SHARES)}
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


def _poisons(faults: Faults, random: Random) -> None:
    _is_odd("poisoned", 0.05, faults, random)
    faults.odd.poison_breaks_batches = random.random() < 0.5


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
    "rows whose page is never written": ("poison", _poisons),
    "a property that is refused, 400 or 501": ("refused_properties", _refuses_a_property),
    "log rows of the newest day left out": ("short_newest_day", partial(_is_odd, "short_newest_day", 1.0)),
    "an assumption about Graph that does not hold": ("turned", turn_one),
    UNNOTICED_AT_FIRST: ("shrunken", _shrunken_uncounted),
    DAMAGED: ("damaged", lambda *_: None),  # not by Graph
}
ALONE: dict[str, Bring] = {fault: partial(_strike, fault) for fault in FAULTS}
ALONE |= {name: partial(_is, habit, _MOST.get(habit, 1.0)) for name, habit in HABITS.items()}
HABITS[SHORT] = "shrunken"
ALONE[SHORT] = _shrunken
HABITS |= {name: switch for name, (switch, _) in ODDITIES.items()}
ALONE |= {name: bring for name, (_, bring) in ODDITIES.items()}
MIXTURE = "several of these at once"
_ALONE_ONLY = {UNNOTICED_AT_FIRST, DAMAGED}


def _mix(faults: Faults, random: Random) -> None:
    for name in random.sample(sorted(ALONE.keys() - _ALONE_ONLY), random.randint(2, 5)):
        ALONE[name](faults, random)


WEATHERS: dict[str, Bring] = {**ALONE, MIXTURE: _mix}
#: What must be noticed in a first run as well.
ANY_DAY = tuple(sorted(WEATHERS.keys() - _ALONE_ONLY))

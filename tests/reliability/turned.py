"""What the tap assumes about Graph, and what leaves all rows and values as they are when it does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from sandbox.faults import Faults

#: Switches of `Faults.turned`.
_TURNED: tuple[tuple[str, Any], ...] = (
    ("largest_page", 7),
    ("largest_log_page", 9),
    ("ignores_latest", True),
    ("omits_unset", True),
    ("offset", 2),
    ("offset", -8),
    ("shows_created", True),
    ("bin_hides_names", True),
    ("lists_app_members", True),
    ("refuses_casts", True),
    ("logs_oldest_first", True),
    ("refuses_log_order", True),
    ("open_windows", True),
    ("answers_too_old", True),
    ("ignores_event_types", True),
    ("odd_no_photo", 422),
    ("heeds_none_match", True),
    ("hidden_headers", {"request-id"}),
    ("hidden_headers", {"Date"}),
)
#: Switches of `Faults`.
_SWITCHED: tuple[tuple[str, Any], ...] = (
    ("counts", False),
    ("expands", False),
    ("loses_grants", False),
    ("sign_in_activity_page", 120),
)


def turn_one(faults: Faults, random: Random) -> None:
    """Turn one assumption, for the whole run."""
    name, value = random.choice((*_TURNED, *_SWITCHED))
    setattr(faults.turned if (name, value) in _TURNED else faults, name, value)
    faults.oddities["turned"] += 1

"""Devices that wait for a person who signs in elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class Device:
    """A device that waits for its person.

    Attributes:
        scope: The scope of its first request; its requests for tokens do not repeat it.
        ends: Until when its code can be typed.
        user: The person who signed in; None so far.
    """

    client_id: str
    scope: str
    user_code: str
    ends: datetime
    user: dict[str, Any] | None = None
    declined: bool = False


@dataclass
class Devices:
    """All devices that wait.

    Attributes:
        life_s: How long a code can be typed.
        interval_s: The interval at which the device shall ask.
        slow_down: The number of further questions that the service answers with "slow_down".
        waiting: By device code.
    """

    life_s: int = 900
    interval_s: int = 5
    slow_down: int = 0
    waiting: dict[str, Device] = field(default_factory=dict)

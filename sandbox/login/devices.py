"""Sign-ins by device code: each device waits until a person types its code on another machine.

Source: https://www.rfc-editor.org/rfc/rfc8628
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class Device:
    """A device that waits for a person.

    Attributes:
        scope: The scope of its first request; its requests for tokens do not repeat it.
        user_code: The code that the person types.
        ends: When its code expires.
        user: The person who signed in; None before that.
        declined: Whether the person refused the sign-in.
    """

    client_id: str
    scope: str
    user_code: str
    ends: datetime
    user: dict[str, Any] | None = None
    declined: bool = False


@dataclass
class Devices:
    """All devices that wait, and how the service treats them.

    Attributes:
        life_s: Seconds until a code expires.
        interval_s: Seconds between two requests of a device for its token; the service names it.
        slow_down: How many of the next requests for a token the service answers with "slow_down".
        waiting: The devices by device code.
    """

    life_s: int = 900
    interval_s: int = 5
    slow_down: int = 0
    waiting: dict[str, Device] = field(default_factory=dict)

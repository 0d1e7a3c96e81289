"""On whose behalf Graph is asked: several streams share the client, and each wants to know what was its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_entra.graph.waits import WaitRegistry

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Traffic:
    """What the requests have cost so far."""

    requests: int = 0
    throttled: int = 0
    waited_s: float = 0.0


@dataclass
class RequestContext:
    """What is asked for together, e.g. for one stream.

    Attributes:
        traffic: What it has cost.
        waits: What it waits for just now.
        while_waiting: Called when an answer is waited for, and a few times a second until it is there.
    """

    traffic: Traffic = field(default_factory=Traffic)
    waits: WaitRegistry = field(default_factory=WaitRegistry)
    while_waiting: Callable[[], object] = lambda: None

"""The invented tenant: its state, the days that pass in it, and the rows that a warehouse must hold."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sandbox.lists import STREAMS, fill, renew_reports
from sandbox.tenant.life import aside, days
from sandbox.tenant.life.log_writer import LogWriter
from sandbox.tenant.planted import OBSCURE, WELL_KNOWN, plant
from sandbox.tenant.state import TenantOptions, TenantState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.tenant.collection_store import JsonObject


class Tenant(TenantState):
    """A tenant in which days pass. `TenantState` has its attributes."""

    def __init__(  # noqa: PLR0913 - one argument per choice, all with defaults
        self,
        *,
        users: int = 200,
        sign_ins: int = 9000,
        seed: int = 1,
        starts: datetime | None = None,
        planted: bool = False,
        obscure: bool = False,
    ) -> None:
        super().__init__(
            TenantOptions(users, sign_ins, seed, starts or datetime.now(timezone.utc), planted, obscure),
        )
        self._log_writer = LogWriter(self)
        with _uncollected():
            fill(self)
            if planted:
                plant(self, OBSCURE if obscure else WELL_KNOWN)
            self._log_writer.write_month()
            renew_reports(self)

    def pass_days(self, n: int = 1) -> None:
        """Let days pass: people join, leave, change and sign in."""
        with self.lock, _uncollected():
            for _ in range(n):
                self.begin_day()
                days.pass_day(self, self.horizon)
                aside.pass_day(self, self.horizon)
                self.forget_purged()
                self._log_writer.write_day(self.horizon)
                renew_reports(self)

    def truth(self, stream: str) -> list[JsonObject]:
        """The rows that a warehouse must hold now for a stream of the tap, if it was read since the tenant began.

        Columns are spelled as in Graph. A deleted object is there with `_deleted`, its deletedDateTime if it has one,
        and its last columns; with its id, name and address if it was deleted before the tenant began. A link is there
        while both ends live.

        Raises:
            KeyError: No list or log has a stream of that name.
        """
        with self.lock:
            return list(STREAMS[stream](self))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Create many objects without garbage collections: nothing here is garbage, and each would visit all objects."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()

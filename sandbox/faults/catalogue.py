"""The faults that can be switched on, by name."""

from __future__ import annotations

from sandbox.faults.fault import Fault, Strike
from sandbox.faults.malformed import TWISTING
from sandbox.faults.odd_rows import ODD_ROWS
from sandbox.faults.odd_values import ODD_VALUES
from sandbox.faults.refusals import REFUSING
from sandbox.faults.transport import BREAKING

__all__ = ["FAULTS", "Fault", "Strike"]

FAULTS: dict[str, Fault] = {**REFUSING, **BREAKING, **TWISTING, **ODD_VALUES, **ODD_ROWS}

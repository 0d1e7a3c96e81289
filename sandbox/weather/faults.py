"""The faults that can be switched on, by name."""

from __future__ import annotations

from sandbox.weather.breaking import BREAKING
from sandbox.weather.fault import Fault, How
from sandbox.weather.refusing import REFUSING
from sandbox.weather.twisting import TWISTING

__all__ = ["FAULTS", "Fault", "How"]

FAULTS: dict[str, Fault] = {**REFUSING, **BREAKING, **TWISTING}

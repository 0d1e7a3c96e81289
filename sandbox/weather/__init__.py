"""What goes wrong on the way: latency, limits and faults, one switch each."""

from sandbox.weather.faults import FAULTS
from sandbox.weather.limits import Limits
from sandbox.weather.weather import Weather

__all__ = ["FAULTS", "Limits", "Weather"]

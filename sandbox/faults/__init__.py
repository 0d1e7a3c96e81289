"""What goes wrong on the way: latency, limits and faults, one switch each."""

from sandbox.faults.catalogue import FAULTS
from sandbox.faults.limits import Limits
from sandbox.faults.oddities import Oddities
from sandbox.faults.switches import Faults

__all__ = ["FAULTS", "Faults", "Limits", "Oddities"]

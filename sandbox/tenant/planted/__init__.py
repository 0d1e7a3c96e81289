"""Cases hidden in a tenant on purpose: what insights must find in it, and what looks alike and must not be found."""

from sandbox.tenant.expected import Expected, Finding
from sandbox.tenant.planted.cast import OBSCURE, WELL_KNOWN
from sandbox.tenant.planted.planting import plant

__all__ = ["OBSCURE", "WELL_KNOWN", "Expected", "Finding", "plant"]

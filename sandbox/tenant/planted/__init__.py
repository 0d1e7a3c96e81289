"""Planted cases: findings that insights must show, and near misses that they must not show."""

from sandbox.tenant.expected import Expected, Finding
from sandbox.tenant.planted.cast import OBSCURE, WELL_KNOWN
from sandbox.tenant.planted.planting import plant

__all__ = ["OBSCURE", "WELL_KNOWN", "Expected", "Finding", "plant"]

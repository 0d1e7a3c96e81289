"""Repeatable chance: the same seed gives the same tenant, on every machine."""

from __future__ import annotations

from hashlib import blake2b
from random import Random


def seeded(seed: int, purpose: str) -> Random:
    """A source of numbers of its own for each purpose, so that more of one thing does not change another."""
    return Random(f"{seed}/{purpose}")


def guid(rng: Random) -> str:
    """A GUID of version 4."""
    return _written(rng.getrandbits(128))


def named_guid(name: str) -> str:
    """A GUID that belongs to a name, alike in every tenant (as an app's id is)."""
    return _written(int.from_bytes(blake2b(name.encode(), digest_size=16).digest(), "big"))


class Draw:
    """The chance that belongs to one numbered thing, so that it can be made up whenever it is asked for."""

    __slots__ = ("_bits", "_digest")

    def __init__(self, purpose: bytes, number: int) -> None:
        self._digest = blake2b(number.to_bytes(8, "big"), key=purpose, digest_size=40).digest()
        self._bits = int.from_bytes(self._digest[32:], "big")

    @property
    def id(self) -> str:
        """A GUID."""
        return _written(int.from_bytes(self._digest[:16], "big"))

    @property
    def other_id(self) -> str:
        """Another one."""
        return _written(int.from_bytes(self._digest[16:32], "big"))

    def below(self, limit: int) -> int:
        """A number from 0 to below `limit`; each call uses some of the bits up."""
        self._bits, number = divmod(self._bits, limit)
        return number


def _written(number: int) -> str:
    number = number & ~(0xF << 76) & ~(3 << 62) | 4 << 76 | 2 << 62
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

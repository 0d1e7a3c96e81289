"""Third parties' products that a company can choose from: well-known ones, or invented ones."""

from __future__ import annotations

from typing import NamedTuple

from sandbox.tenant.makers.products import NEWCOMERS, PRODUCTS, Product
from sandbox.tenant.rng import Draw

_HEADS = (
    "Bra",
    "Dru",
    "Fen",
    "Gly",
    "Hul",
    "Jor",
    "Kep",
    "Lim",
    "Mor",
    "Nax",
    "Osk",
    "Pel",
    "Quo",
    "Rud",
    "Sel",
    "Tev",
)
_TAILS = (
    "dorf",
    "glint",
    "kite",
    "lume",
    "mint",
    "nook",
    "pane",
    "quill",
    "rasp",
    "stow",
    "tide",
    "urn",
    "vane",
    "wick",
)


class Market(NamedTuple):
    """What is used from the start, and what appears while days pass."""

    products: tuple[Product, ...]
    newcomers: tuple[Product, ...]


def _unknown(products: tuple[Product, ...], first: int) -> tuple[Product, ...]:
    """Products that are used alike and called otherwise, with domains that no company can own."""
    renamed = []
    for number, product in enumerate(products, start=first):
        head, tail = _HEADS[number % len(_HEADS)], _TAILS[number // len(_HEADS)]
        name = f"{head}{tail}"
        # Names of two words and other endings, so that not all look alike.
        ending = ("", " Cloud", " Hub", " One")[Draw(b"market", number).below(4)]
        renamed.append(product._replace(name=name + ending, domain=f"{name.lower()}.example"))
    return tuple(renamed)


MARKET = Market(PRODUCTS, NEWCOMERS)
UNKNOWN_MARKET = Market(_unknown(PRODUCTS, 0), _unknown(NEWCOMERS, len(PRODUCTS)))

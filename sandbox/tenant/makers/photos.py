"""Profile photos: small real PNG images, one of a kind for each person, drawn when they are asked for."""

from __future__ import annotations

import struct
import zlib
from random import Random
from typing import NamedTuple

# https://learn.microsoft.com/graph/api/profilephoto-get: the sizes of a mailbox's photo.
MAILBOX_SIZES = (48, 64, 96, 120, 240, 360, 432, 504, 648)
_SQUARES = 5  # a face is 5 by 5 squares, alike left and right


class Photo(NamedTuple):
    """A person's photo.

    A mailbox keeps a photo in all standard sizes up to its own. A photo that only Entra keeps has one size, any.
    """

    seed: int
    width: int
    height: int

    @property
    def content(self) -> bytes:
        """The image, some kilobytes, always the same for the same photo."""
        return _png(self.seed, self.width, self.height)

    @property
    def content_type(self) -> str:
        """Its media type."""
        return "image/png"

    @property
    def etag(self) -> str:
        """Another one whenever the photo is another one; in quotes, as Graph gives it."""
        return f'"{self.seed:016X}"'

    @property
    def sizes(self) -> list[Photo]:
        """All sizes in which there is this photo, the smallest first."""
        if self.width != self.height or self.width not in MAILBOX_SIZES:
            return [self]
        return [Photo(self.seed, size, size) for size in MAILBOX_SIZES if size <= self.width]

    def sized(self, width: int) -> Photo:
        """The size that is nearest to a width in pixels, the larger one of two."""
        return min(reversed(self.sizes), key=lambda photo: abs(photo.width - width))


def draw_photo(rng: Random) -> Photo:
    """A new photo: most are 240 or 648 pixels wide, some are of odd sizes."""
    seed = rng.getrandbits(64)
    chance = rng.random()
    if chance < 0.75:
        return Photo(seed, 240, 240)
    if chance < 0.9:
        return Photo(seed, 648, 648)
    if chance < 0.95:
        return Photo(seed, 96, 96)
    return Photo(seed, rng.randrange(60, 400), rng.randrange(60, 400))


def _png(seed: int, width: int, height: int) -> bytes:
    """Two bits a pixel: the first says face or background, the second is grain, so that the size is like a photo's."""
    rng = Random(seed)
    palette = rng.randbytes(12)
    stride = (2 * width + 7) // 8
    face = [_face_row(rng, width, stride) for _ in range(_SQUARES)]
    grain = int.from_bytes(b"\x55" * stride, "big")
    rows = [
        b"\0" + (face[y * _SQUARES // height] | rng.getrandbits(8 * stride) & grain).to_bytes(stride, "big")
        for y in range(height)
    ]
    header = struct.pack(">IIBBBBB", width, height, 2, 3, 0, 0, 0)
    image = zlib.compress(b"".join(rows), 1)
    chunks = (_chunk(b"IHDR", header), _chunk(b"PLTE", palette), _chunk(b"IDAT", image), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _face_row(rng: Random, width: int, stride: int) -> int:
    half = [rng.getrandbits(1) for _ in range(_SQUARES // 2 + 1)]
    squares = half + half[-2::-1]
    bits = "".join("10" if squares[x * _SQUARES // width] else "00" for x in range(width))
    return int(bits.ljust(8 * stride, "0"), 2)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

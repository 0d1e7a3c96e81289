"""Photos as Graph describes and sends them: sizes in pixels, and columns made of the bytes."""

from __future__ import annotations

import hashlib
import io
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import imagesize

if TYPE_CHECKING:
    from tap_entra.graph import PartAnswer

#: Wider pictures are none.
_LARGEST = 2**31


def pixels(value: Any) -> int | None:
    """Return a width or height in pixels, also out of a text; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if 0 <= number < _LARGEST and number.is_integer() else None


def sizes_in(answer: PartAnswer) -> list[tuple[int, str]]:
    """Return width and name of each size in which a mailbox has a photo, the smallest first."""
    listed = [size for size in answer.rows or [] if isinstance(size.get("id"), str)]
    return sorted((width, size["id"]) for size in listed if (width := pixels(size.get("width"))) is not None)


def photo_columns(answer: PartAnswer) -> dict[str, Any] | None:
    """Return the columns that need the bytes of a photo; None if the answer has none."""
    if not isinstance(answer.body, str):
        return None
    try:
        content = b64decode("".join(answer.body.split()), validate=True)
    except ValueError:
        return None
    width, height = imagesize.get(io.BytesIO(content))
    return {
        "photo": answer.body,
        "contentType": answer.headers.get("content-type", "").partition(";")[0] or None,
        "width": width if width > 0 else None,
        "height": height if height > 0 else None,
        "sha256": hashlib.sha256(content).hexdigest(),
    }

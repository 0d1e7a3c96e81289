"""Whose picture is to be written, and what it says."""

from __future__ import annotations

import hashlib
import io
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import imagesize

if TYPE_CHECKING:
    from tap_entra.graph import PartAnswer

#: Columns that only the picture's bytes can fill.
FROM_BYTES = ("photo", "contentType", "width", "height", "sha256")


@dataclass
class Bucket:
    """Some users whose rows are written together or not at all."""

    name: str
    digest: str
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Portrait:
    """A user whose row is to be written. `size` is of the largest picture there is; None: there is none."""

    user_id: str
    bucket: Bucket
    etag: str | None = None
    size: int | None = None
    is_last: bool = False


def picture_columns(answer: PartAnswer) -> dict[str, Any]:
    """What only the bytes of a picture tell."""
    content = b64decode(answer.body or "")
    width, height = imagesize.get(io.BytesIO(content))
    return {
        "photo": answer.body,
        "contentType": answer.headers.get("content-type", "").partition(";")[0] or None,
        "width": width if width > 0 else None,
        "height": height if height > 0 else None,
        "sha256": hashlib.sha256(content).hexdigest(),
    }

"""What Graph says in the headers of a refusal: how long to wait, and which claims a new token must have."""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64decode
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def retry_after_s(text: str | None) -> float | None:
    """Seconds to wait: Graph sends whole seconds, decimals such as "2.128", and by the standard may send a date."""
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())


def claims(headers: Mapping[str, str]) -> str | None:
    """The claims of a CAE challenge as JSON text; None when there is no challenge.

    Source: https://learn.microsoft.com/entra/identity-platform/claims-challenge
    (base64 of JSON, perhaps among other challenges).
    """
    found = re.search(r'claims="([^"]+)"', headers.get("WWW-Authenticate", ""))
    if not found:
        return None
    text = found[1] + "=" * (-len(found[1]) % 4)
    try:
        return (urlsafe_b64decode(text) if set("-_") & set(text) else b64decode(text)).decode()
    except ValueError:
        return None

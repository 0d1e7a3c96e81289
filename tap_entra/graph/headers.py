"""What Graph says in the headers of a refusal: how long to wait, and which claims a new token must have."""

from __future__ import annotations

import json
import random
import re
from base64 import b64decode, urlsafe_b64decode
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BACKOFF_START_S = 2.0
_BACKOFF_CAP_S = 300.0
_CLAIMS = re.compile(r'\bclaims\s*=\s*"([^"]+)"', re.IGNORECASE)


def http_date(text: str | None) -> datetime | None:
    """A moment as HTTP headers spell it, always UTC; None when it is absent or none."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError):
        return None
    return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def retry_after_s(text: str | None, date: str | None = None) -> float | None:
    """Seconds to wait: Graph sends whole seconds, decimals such as "2.128", and by the standard may send a date.

    Args:
        date: The answer's own Date header: a moment is meant by Graph's clock, and this machine's may be wrong.
    """
    if not text:
        return None
    try:
        wait_s = float(text)
    except ValueError:
        moment = http_date(text)
        if moment is None:
            return None
        wait_s = (moment - (http_date(date) or datetime.now(timezone.utc))).total_seconds()
    return max(0.0, wait_s)


def backoff_s(tried: int) -> float:
    """How long to wait when Graph does not say, or says "0": longer each time, and not all threads alike."""
    longest = min(_BACKOFF_CAP_S, _BACKOFF_START_S * 2.0 ** min(tried - 1, 10))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


def claims(headers: Mapping[str, str]) -> str | None:
    """The claims of a CAE challenge as JSON text; None when there is no challenge.

    Source: https://learn.microsoft.com/entra/identity-platform/claims-challenge
    (base64 of JSON, perhaps among other challenges).
    """
    for found in _CLAIMS.finditer(headers.get("WWW-Authenticate", "")):
        text = found[1] + "=" * (-len(found[1]) % 4)
        try:
            wanted = (urlsafe_b64decode(text) if set("-_") & set(text) else b64decode(text)).decode()
            if isinstance(json.loads(wanted), dict):
                return wanted
        except ValueError:
            continue
    return None

"""Text and JSON output of the commands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tap_entra.auth import more_than_reading
from tap_entra.auth.consent import REDIRECT_URI

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tap_entra.auth import Connection, Settings, Status
    from tap_entra.commands.check import Finding

_GUEST = (
    "The account is a guest in this tenant, and guests may read little of a directory. If the check below fails, "
    "connect with an account of this tenant, or ask for a directory role such as Global Reader for this account."
)

#: After a sign-in that works, for streams that it may not read.
NOT_ALL = (
    "Warning: the sign-in works and is kept, but the streams with 'no' above cannot be read. A run skips or fails them "
    "and reads all others."
)


def admin_consent(url: str) -> str:
    """Return the address for the administrator, and what the browser shows afterwards."""
    return (
        f"An administrator (Privileged Role Administrator or Global Administrator) consents here:\n{url}\n"
        f"Afterwards the browser goes to {REDIRECT_URI} and finds no page there. ?admin_consent=True in its address "
        "bar means consent, ?error=access_denied means that it was declined."
    )


def connected(connection: Connection, settings: Settings) -> list[str]:
    """Return lines about a sign-in that has just succeeded."""
    who = connection.account or "an account without a name"
    where = f"tenant {connection.tenant_id} ({settings.cloud} cloud)"
    lines = [f"Signed in: {who}, {where}. Kept at {settings.token_cache_path}."]
    if connection.is_guest:
        lines.append(_GUEST)
    return lines


def checking(status: Status, settings: Settings) -> str:
    """Return the line above the table of a check."""
    who = status.account or ("the app itself" if settings.auth_flow != "delegated" else "the signed-in account")
    where = f"tenant {status.tenant_id}" if status.tenant_id else "this machine's tenant"
    return f"What {who} may read in {where} ({settings.cloud} cloud):"


def status(status: Status, settings: Settings, now: datetime) -> list[str]:
    """Return one line per fact, then what to do."""
    facts = {
        "account": status.account,
        "tenant": status.tenant_id,
        "app": settings.client_id,
        "cloud": f"{settings.cloud} ({settings.login_url}, {settings.graph_url})",
        "scopes": ", ".join(status.scopes),
        "last redeemed": _ago(status.redeemed_at, now),
        "expires": _ahead(status, now),
        "kept at": str(settings.token_cache_path) if status.redeemed_at else "",
    }
    lines = [f"{name:<14} {fact}" for name, fact in facts.items() if fact]
    return [*lines, *filter(None, [status.note, status.problem, status.action])]


def status_as_json(status: Status, settings: Settings, now: datetime) -> dict[str, Any]:
    """Return the status for scripts: times in ISO 8601, days as a number."""
    days_left = status.days_left(now)
    return {
        "account": status.account or None,
        "tenant_id": status.tenant_id or None,
        "client_id": settings.client_id or None,
        "cloud": settings.cloud,
        "auth_flow": settings.auth_flow,
        "scopes": list(status.scopes),
        "redeemed_at": status.redeemed_at.isoformat() if status.redeemed_at else None,
        "dies_at": status.dies_at.isoformat() if status.dies_at else None,
        "days_left": None if days_left is None else round(days_left, 2),
        "single_page_app": status.is_single_page,
        "token_cache_path": str(settings.token_cache_path),
        "action_required": status.action_required,
        "problem": status.problem,
        "action": status.action,
        "note": status.note,
    }


def check_as_json(findings: Sequence[Finding], permissions: tuple[str, ...], warning: str | None) -> dict[str, Any]:
    """Return the result of a check for scripts."""
    return {
        "works": all(finding.works for finding in findings),
        "permissions": list(permissions),
        "more_than_reading": more_than_reading(permissions),
        "warning": warning,
        "streams": [finding.as_json() for finding in findings],
    }


def disconnected(settings: Settings, *, was_there: bool) -> list[str]:
    """Return lines about what was removed, and what was not."""
    lines = [
        f"The sign-in at {settings.token_cache_path} was removed."
        if was_there
        else f"Nothing is kept at {settings.token_cache_path}."
    ]
    if settings.refresh_token:
        lines.append("`refresh_token` is still set, and the next run would start from it: remove it as well.")
    lines.append(
        "The consent at Microsoft stays. To revoke it: Entra admin center (https://entra.microsoft.com), Enterprise "
        f"applications, the app with the application id {settings.client_id}, Permissions, Revoke permission; or "
        "delete the app there. To end sign-ins that were copied: Users, the account, Revoke sessions."
    )
    return lines


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    days, hours = divmod(max(now - moment, timedelta()) // timedelta(hours=1), 24)
    ago = f"{days} days ago" if days > 1 else f"{24 * days + hours} hours ago" if days or hours else "within the hour"
    return f"{_minute(moment)} ({ago})"


def _ahead(status: Status, now: datetime) -> str:
    days_left = status.days_left(now)
    if status.dies_at is None or days_left is None:
        return ""
    if status.is_single_page:
        return f"{_minute(status.dies_at)}, 24 hours after the sign-in, even if it is used"
    return f"{_minute(status.dies_at)} unless used before ({max(0.0, days_left):.0f} days left)"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

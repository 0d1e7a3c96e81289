"""The stored sign-in, read offline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from tap_entra.auth.errors import ACTIONS, CONNECT, SIGN_IN_AGAIN, SignInError
from tap_entra.auth.token_file import DamagedError, expected_owner, read, wrong_owner_error

if TYPE_CHECKING:
    from tap_entra.auth.settings import Settings
    from tap_entra.auth.token_file import KeptSignIn, Owner

LIFE = timedelta(days=90)
"""Lifetime of an unused refresh token: https://learn.microsoft.com/entra/identity-platform/refresh-tokens."""

LIFE_OF_A_SINGLE_PAGE_APP = timedelta(hours=24)

SOON = timedelta(days=14)
"""A token in daily use always has 90 days. With this little time left, the daily run has stopped."""

_SINGLE_PAGE_CODE = 700084


@dataclass(frozen=True)
class Status:
    """The sign-in that is kept on this machine.

    Attributes:
        account: User name; empty if no user is signed in, or if it is not known.
        scopes: What the account may read.
        redeemed_at: When the refresh token was last used; None if none is kept.
        dies_at: When it expires if it is not used; the token of a single-page app expires in any case.
        is_single_page: The token expires after 24 hours, even if it is used.
        problem: A sentence if a person has to act, otherwise None.
        action: What to do about the problem.
        note: Another fact in a sentence, or None.
    """

    account: str = ""
    tenant_id: str = ""
    scopes: tuple[str, ...] = ()
    redeemed_at: datetime | None = None
    dies_at: datetime | None = None
    is_single_page: bool = False
    problem: str | None = None
    action: str | None = None
    note: str | None = None

    @property
    def action_required(self) -> bool:
        """Whether the next run, or one soon after, will fail to sign in."""
        return self.problem is not None

    def days_left(self, now: datetime) -> float | None:
        """Return the days until the token expires if it is not used; None without a token."""
        return None if self.dies_at is None else (self.dies_at - now) / timedelta(days=1)


def read_status(settings: Settings, now: datetime) -> Status:
    """Return the status from the settings and the kept sign-in. Uses no network.

    Args:
        now: A time with a time zone.
    """
    if settings.auth_flow != "delegated":
        note = f"`auth_flow` is {settings.auth_flow}: the app signs in as itself in each run, and nothing is kept."
        return Status(tenant_id=settings.tenant_id, note=f"{note} `tap-entra-auth check` shows what it can read.")
    try:
        found = read(settings.token_cache_path)
    except SignInError as error:
        return Status(tenant_id=settings.tenant_id, problem=error.reason, action=error.action)
    except DamagedError:
        found = None
    if found is None:
        return _not_signed_in(settings)
    owner, kept = found
    return _problem_of_another(settings, owner) or _kept(settings, owner, kept, now)


def _not_signed_in(settings: Settings) -> Status:
    if settings.refresh_token:
        note = "No sign-in is kept yet: the next run starts from the configured `refresh_token`, of unknown age."
        return Status(tenant_id=settings.tenant_id, note=note)
    problem = f"Not signed in: nothing is kept at {settings.token_cache_path}, and no `refresh_token` is set."
    return Status(tenant_id=settings.tenant_id, problem=problem, action=f"{CONNECT}.")


def _problem_of_another(settings: Settings, owner: Owner) -> Status | None:
    expected = expected_owner(settings, owner)
    if owner == expected:
        return None
    error = wrong_owner_error(settings.token_cache_path, owner, expected)
    return Status(tenant_id=settings.tenant_id, problem=error.reason, action=error.action)


def _kept(settings: Settings, owner: Owner, kept: KeptSignIn, now: datetime) -> Status:
    redeemed_at = _moment(kept.redeemed_at)
    states_its_end = _moment(kept.dies_at)
    dies_at = states_its_end or (redeemed_at + LIFE if redeemed_at else None)
    is_single_page = kept.refused_code == _SINGLE_PAGE_CODE or bool(
        states_its_end and redeemed_at and states_its_end - redeemed_at <= LIFE_OF_A_SINGLE_PAGE_APP
    )
    problem, action = _problem(kept, dies_at, now, is_single_page=is_single_page)
    note = None
    if settings.refresh_token and not kept.descends_from(settings.refresh_token):
        note = (
            "The configured `refresh_token` is not the one that this sign-in began with: the next run tries it first."
        )
    return Status(
        account=kept.account,
        tenant_id=owner.tenant_id,
        scopes=tuple(kept.scopes.split()),
        redeemed_at=redeemed_at,
        dies_at=dies_at,
        is_single_page=is_single_page,
        problem=problem,
        action=action,
        note=note,
    )


def _problem(
    kept: KeptSignIn, dies_at: datetime | None, now: datetime, *, is_single_page: bool
) -> tuple[str | None, str | None]:
    if kept.refused_code:
        problem = f"Microsoft refused the kept sign-in in the last run (AADSTS{kept.refused_code})."
        return problem, ACTIONS.get(kept.refused_code, SIGN_IN_AGAIN)
    if is_single_page:
        problem = (
            "The kept sign-in belongs to a single-page app: it expires 24 hours after it began, even if it is used."
        )
        return problem, ACTIONS[_SINGLE_PAGE_CODE]
    if dies_at and dies_at <= now:
        return "The kept sign-in was not used for 90 days, so it has expired.", SIGN_IN_AGAIN
    if dies_at and dies_at - now <= SOON:
        days = (dies_at - now) / timedelta(days=1)
        problem = f"The kept sign-in has not been used for a long time and expires in {days:.0f} days."
        return problem, "Run the tap, which gives it another 90 days, and find out why it has not run."
    return None, None


def _moment(text: str) -> datetime | None:
    """Return the time in the form that the token file has; None if there is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)

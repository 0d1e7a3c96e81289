"""Who signs in to what, and when: few apps are used by many, most by few; in working hours, on weekdays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.company import Department

_VARIANTS = 60  # different sets of apps per department, enough that no two people look alike

# How likely a sign-in is in each hour of the day, where the person is.
HOURS = (1, 1, 0, 0, 1, 3, 10, 35, 90, 100, 75, 60, 45, 70, 65, 55, 45, 30, 15, 9, 8, 7, 5, 3)
WEEKEND = 0.1  # a weekend day compared to a weekday


class Failure(NamedTuple):
    """Why a sign-in did not succeed; texts are Microsoft's (the `AADSTS` codes)."""

    code: int
    reason: str
    details: str | None
    weight: int


SUCCESS = Failure(0, "Other.", None, 0)
DISABLED = Failure(50057, "The user account is disabled.", None, 0)
FAILURES = (
    Failure(50126, "Error validating credentials due to invalid username or password.", None, 30),
    Failure(50074, "Strong Authentication is required.", "MFA required in Azure AD", 20),
    Failure(50076, "Due to a configuration change made by your administrator, or because you moved to a new location, "
            "you must use multi-factor authentication to access the resource.", "MFA required in Azure AD", 8),
    Failure(50140, "This occurred due to 'Keep me signed in' interrupt when the user was signing-in.", None, 12),
    Failure(53003, "Access has been blocked by Conditional Access policies. The access policy does not allow token "
            "issuance.", None, 9),
    Failure(500121, "Authentication failed during strong authentication request.", "MFA denied; user declined the "
            "authentication", 8),
    Failure(50105, "Your administrator has configured the application to block users unless they are specifically "
            "granted access to the application.", None, 5),
    Failure(65001, "The user or administrator has not consented to use the application.", None, 4),
    Failure(50053, "The account is locked, you've tried to sign in too many times with an incorrect user ID or "
            "password.", None, 3),
    Failure(50055, "The password is expired.", None, 2),
    Failure(16000, "Other.", None, 2),
)  # fmt: skip


class AppHabits:
    """Sets of apps to choose from, made once for each department: people share them, which keeps big tenants small."""

    def __init__(self, rng: Random, apps: Iterable[App]) -> None:
        self._rng = rng
        self._apps = [app for app in apps if app.popularity]
        self._sets: dict[str, list[tuple[App, ...]]] = {}

    def apps_for(self, rng: Random, department: Department) -> tuple[App, ...]:
        """What a member of a department signs in to, their favourites first."""
        return rng.choice(self._variants(department.name))

    def apps_for_guest(self, rng: Random) -> tuple[App, ...]:
        """What a guest or a service signs in to: what everybody may."""
        return rng.choice(self._variants(""))[:4]

    def welcome(self, app: App) -> None:
        """From now on newcomers may use this app too."""
        self._apps.append(app)
        self._sets.clear()

    def _variants(self, department: str) -> list[tuple[App, ...]]:
        if department not in self._sets:
            open_to_it = [app for app in self._apps if not app.departments or department in app.departments]
            self._sets[department] = [self._variant(open_to_it) for _ in range(_VARIANTS)]
        return self._sets[department]

    def _variant(self, apps: list[App]) -> tuple[App, ...]:
        chosen = [app for app in apps if self._rng.random() * 100 < app.popularity]
        chosen = chosen or apps[:1]
        return tuple(sorted(chosen, key=lambda app: -app.popularity * self._rng.uniform(0.5, 1.5)))

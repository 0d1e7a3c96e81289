"""Sign-ins that fail again and again, and those that do not, or do not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.tenant.people import Person
    from sandbox.tenant.planted.garden import Garden

KIND = "failing_sign_ins"
_BAD_PASSWORD = 50126
_SECOND_STEP = 50074


def plant_failures(garden: Garden) -> None:
    """Within the last week, unless said otherwise; ten failures are the least that count."""
    app = garden.office
    many = garden.person("Mona Mistyped")
    _fail(garden, many, 14)
    garden.expect(KIND, many.id, "fourteen wrong passwords in four days, and never in", related=app.app_id)

    just = garden.person("Jule Justten")
    _fail(garden, just, 10)
    garden.expect(KIND, just.id, "exactly ten, and never in", related=app.app_id)

    few = garden.person("Nanna Nine")
    _fail(garden, few, 9)
    garden.spare(KIND, few.id, "nine are not ten")

    lucky = garden.person("Lukas Lucky")
    _fail(garden, lucky, 12)
    garden.visit(lucky, app, 1.5)
    garden.spare(KIND, lucky.id, "got in at last")

    asked = garden.person("Anton Asked")
    _fail(garden, asked, 15, code=_SECOND_STEP)
    garden.spare(KIND, asked.id, "was asked for a second step, which is no failure")

    past = garden.person("Petra Past")
    _fail(garden, past, 12, before=15)
    garden.spare(KIND, past.id, "had them two weeks ago")


def _fail(garden: Garden, person: Person, times: int, *, code: int = _BAD_PASSWORD, before: float = 1.2) -> None:
    for number in range(times):
        garden.visit(person, garden.office, before + 2.5 * number / times, code=code)

"""Sign-ins that fail again and again, and those that do not, or do not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.planted.builder import Builder
    from sandbox.tenant.planted.cast import Cast

KIND = "failing_sign_ins"
APP = "failing_app"
_BAD_PASSWORD = 50126
_SECOND_STEP = 50074


def plant_failures(builder: Builder, cast: Cast) -> None:
    """Within the last week, unless said otherwise; ten failures are the least that count."""
    app = builder.office
    many = builder.person("Mona Mistyped")
    _fail(builder, many, 14)
    builder.expect(KIND, many.id, "fourteen wrong passwords in four days, and never in", related=app.app_id)

    just = builder.person("Jule Justten")
    _fail(builder, just, 10)
    builder.expect(KIND, just.id, "exactly ten, and never in", related=app.app_id)

    few = builder.person("Nanna Nine")
    _fail(builder, few, 9)
    builder.spare(KIND, few.id, "nine are not ten")

    lucky = builder.person("Lukas Lucky")
    _fail(builder, lucky, 12)
    builder.visit(lucky, app, 1.5)
    builder.spare(KIND, lucky.id, "got in at last")

    asked = builder.person("Anton Asked")
    _fail(builder, asked, 15, code=_SECOND_STEP)
    builder.spare(KIND, asked.id, "was asked for a second step, which is no failure")

    past = builder.person("Petra Past")
    _fail(builder, past, 12, before=15)
    builder.spare(KIND, past.id, "had them two weeks ago")
    _apps_at_fault(builder, cast)


def _apps_at_fault(builder: Builder, cast: Cast) -> None:
    """Five people, and half of those who try, are the least that count."""
    people = [builder.person(f"Uwe Unlucky {number}") for number in range(6)]
    lucky = [builder.person(f"Inga Inside {number}") for number in range(7)]
    for person in (*people, *lucky):
        builder.keep_using(person, builder.office, 3)

    def app(name: str, fail: int, enter: int) -> App:
        made = builder.app(cast.daemon._replace(name=name), "internal", used=2)
        for person in people[:fail]:
            builder.visit(person, made, 2.5, code=_BAD_PASSWORD)
        for person in lucky[:enter]:
            builder.visit(person, made, 2.2)
        return made

    builder.expect(APP, app("Broken Door", 6, 1).app_id, "six of seven people do not get in")
    builder.spare(APP, app("Narrow Door", 4, 0).app_id, "four are not five")
    builder.spare(APP, app("Busy Door", 6, 7).app_id, "most people get in")


def _fail(builder: Builder, person: Person, times: int, *, code: int = _BAD_PASSWORD, before: float = 1.2) -> None:
    for number in range(times):
        builder.visit(person, builder.office, before + 2.5 * number / times, code=code)

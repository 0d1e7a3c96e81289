"""Seats in an app: taken and never used, or only seemingly so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.audits import Deed, Target

if TYPE_CHECKING:
    from sandbox.tenant.apps import App
    from sandbox.tenant.people import Person
    from sandbox.tenant.planted.cast import Cast
    from sandbox.tenant.planted.garden import Garden

KIND = "unused_seat"
_FOREVER = 400
_BAD_PASSWORD = 50126
_ADD_MEMBER = Deed("Add member to group", "GroupManagement", "Assign")


def plant_seats(garden: Garden, cast: Cast) -> None:
    """One app that some use daily and some never."""
    app = garden.app(cast.seats, "gallery", used=3)
    regular = garden.person("Rita Vandersloot")
    garden.assign(app, regular)
    garden.keep_using(regular, app, 2)
    _who_never_came(garden, app)
    _who_only_seems_so(garden, app)


def _who_never_came(garden: Garden, app: App) -> None:
    def expect(person: Person, because: str, *, idle: int, report: bool = False) -> None:
        garden.expect(KIND, person.id, because, related=app.app_id, idle=idle, report=report)

    absent = garden.person("Abel Noshow")
    garden.assign(app, absent)
    garden.keep_using(absent, garden.office, 3)
    expect(absent, "assigned by name, works every day, never signed in to it", idle=_FOREVER)

    grouped = garden.person("Greta Overhang")
    garden.keep_using(grouped, garden.office, 3)
    key = garden.group("Licensed Planners", grouped.id)
    garden.assign(app, (key, "Licensed Planners"))
    expect(grouped, "has it through a group, never signed in to it", idle=_FOREVER)

    idle = garden.person("Ivor Sabbatical")
    garden.assign(app, idle)
    garden.last_seen(idle, 150)
    expect(idle, "has not signed in to anything for 150 days, says Microsoft", idle=150, report=True)
    garden.expect_away(idle, "has not signed in to anything for 150 days", 150)

    refused = garden.person("Fay Lockout")
    garden.assign(app, refused)
    garden.keep_using(refused, garden.office, 3)
    for days in (3, 12):
        garden.visit(refused, app, days, code=_BAD_PASSWORD)
    expect(refused, "only failed attempts: they are no use", idle=_FOREVER)

    lapsed = garden.person("Lars Lapsed")
    garden.assign(app, lapsed)
    garden.keep_using(lapsed, garden.office, 3)
    garden.visit(lapsed, app, 26)
    expect(lapsed, "used it last 26 days ago", idle=26)


def _who_only_seems_so(garden: Garden, app: App) -> None:
    user = garden.person("Ulla Fortnight")
    garden.assign(app, user)
    garden.visit(user, app, 14)
    garden.keep_using(user, garden.office, 3)
    garden.spare(KIND, user.id, "signed in to it 14 days ago")

    desktop = garden.person("Dora Background")
    garden.assign(app, desktop)
    garden.keep_using(desktop, app, 4, interactive=False)
    garden.spare(KIND, desktop.id, "her client renews its tokens: that is use, though no interactive one")

    newcomer = garden.person("Nils Firstweek")
    garden.assign(app, newcomer, days=6)
    garden.keep_using(newcomer, garden.office, 3)
    garden.spare(KIND, newcomer.id, "was given it six days ago")

    blocked = garden.person("Bodo Blocked", enabled=False)
    garden.assign(app, blocked)
    garden.spare(KIND, blocked.id, "is disabled: a leaver who holds something, no idle seat")
    garden.expect("leaver_access", blocked.id, "is disabled and has an app")

    nested = garden.person("Nelly Nested")
    garden.keep_using(nested, garden.office, 3)
    inner = garden.group("Planners Interns", nested.id)
    outer = garden.group("Planners Extended", nested=(inner,))
    garden.assign(app, (outer, "Planners Extended"))
    garden.spare(KIND, nested.id, "is in a group inside the assigned one, which gives no access")

    joiner = garden.person("Jonas Joiner")
    garden.keep_using(joiner, garden.office, 3)
    key = garden.group("Planners Abroad", joiner.id)
    garden.assign(app, (key, "Planners Abroad"))
    garden.tenant.audits.note(
        garden.ago(6), _ADD_MEMBER, Target("User", joiner.id, None, joiner.upn), Target("Group", key, "Planners Abroad")
    )
    garden.spare(KIND, joiner.id, "joined the group that has it six days ago")

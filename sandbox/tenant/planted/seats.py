"""Seats in an app: taken and never used, or only seemingly so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.logs.audits import Deed, Target

if TYPE_CHECKING:
    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.planted.builder import Builder
    from sandbox.tenant.planted.cast import Cast

KIND = "unused_seat"
_FOREVER = 400
_BAD_PASSWORD = 50126
_ADD_MEMBER = Deed("Add member to group", "GroupManagement", "Assign")


def plant_seats(builder: Builder, cast: Cast) -> None:
    """One app that some use daily and some never."""
    app = builder.app(cast.seats, "gallery", used=3)
    regular = builder.person("Rita Vandersloot")
    builder.assign(app, regular)
    builder.keep_using(regular, app, 2)
    _who_never_came(builder, app)
    _who_only_seems_so(builder, app)
    builder.expect("seats_without_use", app.app_id, "several who were given it never came", idle=26)
    lone = builder.app(cast.seats._replace(name=f"{cast.seats.name} Lab"), "gallery", used=3)
    builder.assign(lone, regular)
    builder.keep_using(regular, lone, 2)
    builder.spare("seats_without_use", lone.app_id, "has one seat, and it is used")


def _who_never_came(builder: Builder, app: App) -> None:
    def expect(person: Person, because: str, *, idle: int, report: bool = False) -> None:
        builder.expect(KIND, person.id, because, related=app.app_id, idle=idle, report=report)

    absent = builder.person("Abel Noshow")
    builder.assign(app, absent)
    builder.keep_using(absent, builder.office, 3)
    expect(absent, "assigned by name, works every day, never signed in to it", idle=_FOREVER)

    grouped = builder.person("Greta Overhang")
    builder.keep_using(grouped, builder.office, 3)
    key = builder.group("Licensed Planners", grouped.id)
    builder.assign(app, (key, "Licensed Planners"))
    expect(grouped, "has it through a group, never signed in to it", idle=_FOREVER)

    idle = builder.person("Ivor Sabbatical")
    builder.assign(app, idle)
    builder.last_seen(idle, 150)
    expect(idle, "has not signed in to anything for 150 days, says Microsoft", idle=150, report=True)
    builder.expect_away(idle, "has not signed in to anything for 150 days", 150)

    refused = builder.person("Fay Lockout")
    builder.assign(app, refused)
    builder.keep_using(refused, builder.office, 3)
    for days in (3, 12):
        builder.visit(refused, app, days, code=_BAD_PASSWORD)
    expect(refused, "only failed attempts: they are no use", idle=_FOREVER)

    lapsed = builder.person("Lars Lapsed")
    builder.assign(app, lapsed)
    builder.keep_using(lapsed, builder.office, 3)
    builder.visit(lapsed, app, 26)
    expect(lapsed, "used it last 26 days ago", idle=26)


def _who_only_seems_so(builder: Builder, app: App) -> None:
    user = builder.person("Ulla Fortnight")
    builder.assign(app, user)
    builder.visit(user, app, 14)
    builder.keep_using(user, builder.office, 3)
    builder.spare(KIND, user.id, "signed in to it 14 days ago")

    desktop = builder.person("Dora Background")
    builder.assign(app, desktop)
    builder.keep_using(desktop, app, 4, interactive=False)
    builder.spare(KIND, desktop.id, "her client renews its tokens: that is use, though no interactive one")

    newcomer = builder.person("Nils Firstweek")
    builder.assign(app, newcomer, days=6)
    builder.keep_using(newcomer, builder.office, 3)
    builder.spare(KIND, newcomer.id, "was given it six days ago")

    blocked = builder.person("Bodo Blocked", enabled=False)
    builder.assign(app, blocked)
    builder.spare(KIND, blocked.id, "is disabled: a leaver who holds something, no idle seat")
    builder.expect("leaver_access", blocked.id, "is disabled and has an app")

    nested = builder.person("Nelly Nested")
    builder.keep_using(nested, builder.office, 3)
    inner = builder.group("Planners Interns", nested.id)
    outer = builder.group("Planners Extended", nested=(inner,))
    builder.assign(app, (outer, "Planners Extended"))
    builder.spare(KIND, nested.id, "is in a group inside the assigned one, which gives no access")

    joiner = builder.person("Jonas Joiner")
    builder.keep_using(joiner, builder.office, 3)
    key = builder.group("Planners Abroad", joiner.id)
    builder.assign(app, (key, "Planners Abroad"))
    builder.tenant.audits.note(
        builder.ago(6),
        _ADD_MEMBER,
        Target("User", joiner.id, None, joiner.upn),
        Target("Group", key, "Planners Abroad"),
    )
    builder.spare(KIND, joiner.id, "joined the group that has it six days ago")

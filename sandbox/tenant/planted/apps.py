"""Unused apps, redundant apps, and near misses of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.tenant.planted.builder import Builder
    from sandbox.tenant.planted.cast import Cast

KIND = "unused_app"


def plant_apps(builder: Builder, cast: Cast) -> None:
    """For each kind of app, some without use and some near misses."""
    _forgotten(builder, cast)
    _not_forgotten(builder, cast)
    _alike(builder, cast)


def _forgotten(builder: Builder, cast: Cast) -> None:
    forgotten = builder.app(cast.forgotten, "third_party", used=200)
    builder.expect(KIND, forgotten.app_id, "last used 200 days ago, says Microsoft", idle=200, report=True)

    quiet = builder.app(cast.quiet, "gallery", used=25)
    visitor = builder.person("Vera Visitor")
    builder.visit(visitor, quiet, 25)
    builder.keep_using(visitor, builder.office, 3)
    builder.expect(KIND, quiet.app_id, "last used 25 days ago, say the logs and Microsoft", idle=25, report=True)

    unlisted = builder.app(cast.unlisted, "third_party")
    left_behind = builder.person("Otto Leftbehind", enabled=False)
    builder.assign(unlisted, left_behind)
    builder.expect(KIND, unlisted.app_id, "in no report; given away 400 days ago, and no log knows it", idle=400)
    builder.expect("leaver_access", left_behind.id, "is disabled and has an app")

    own = builder.app(cast.daemon._replace(name="Old Canteen Menu"), "internal", used=120)
    builder.expect(KIND, own.app_id, "the company's own, last used 120 days ago, says Microsoft", idle=120, report=True)


def _not_forgotten(builder: Builder, cast: Cast) -> None:
    renewed = builder.app(cast.renewed, "third_party", used=4)
    background = builder.person("Bela Background")
    builder.keep_using(background, renewed, 4, interactive=False)
    builder.spare(KIND, renewed.app_id, "used by clients only, without a person present")

    daemon = builder.app(cast.daemon, "internal", used=300)
    builder.keep_running(daemon)
    builder.spare(KIND, daemon.app_id, "no person has used it for 300 days; it runs by itself every night")

    off = builder.app(cast.switched_off, "gallery", used=300, enabled=False)
    builder.spare(KIND, off.app_id, "is switched off already")

    fresh = builder.app(cast.fresh, "gallery", created=5)
    builder.spare(KIND, fresh.app_id, "was set up five days ago")

    alike = builder.app(cast.daemon._replace(name="Slack"), "internal", used=1)
    builder.keep_using(background, alike, 3)
    builder.spare("redundant_apps", alike.app_id, "bears a known product's name, and is the company's own")

    tried = builder.app(cast.daemon._replace(name="Price List API"), "internal", used=1)
    builder.also_reply_to(tried, "https://oauth.getpostman.com/v1/callback")
    builder.keep_using(background, tried, 3)
    builder.spare("redundant_apps", tried.app_id, "the company's own; its makers try it out with a well-known tool")


def _alike(builder: Builder, cast: Cast) -> None:
    people = [builder.person(name) for name in ("Tilda Twice", "Theo Twice")]
    for role in cast.pair:
        app = builder.app(role, "gallery", used=2)
        for person in people:
            builder.keep_using(person, app, 3)
    if cast.category:
        builder.expect("redundant_apps", cast.category, "two products of the category are in use")
    in_use = builder.app(cast.half_pair[0], "third_party", used=2)
    idle = builder.app(cast.half_pair[1], "third_party", used=45)
    builder.keep_using(people[0], in_use, 3)
    builder.expect(KIND, idle.app_id, "last used 45 days ago, says Microsoft", idle=45, report=True)
    builder.spare("redundant_apps", idle.app_id, "the other of its category is in use, this one is not")

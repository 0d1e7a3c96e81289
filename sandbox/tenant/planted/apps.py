"""Apps that nobody uses, apps of which there are two, and those that only look so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.tenant.planted.cast import Cast
    from sandbox.tenant.planted.garden import Garden

KIND = "unused_app"


def plant_apps(garden: Garden, cast: Cast) -> None:
    """Of each kind of app some that are forgotten, and some that are not."""
    _forgotten(garden, cast)
    _not_forgotten(garden, cast)
    _alike(garden, cast)


def _forgotten(garden: Garden, cast: Cast) -> None:
    forgotten = garden.app(cast.forgotten, "third_party", used=200)
    garden.expect(KIND, forgotten.app_id, "last used 200 days ago, says Microsoft", idle=200, report=True)

    quiet = garden.app(cast.quiet, "gallery", used=25)
    visitor = garden.person("Vera Visitor")
    garden.visit(visitor, quiet, 25)
    garden.keep_using(visitor, garden.office, 3)
    garden.expect(KIND, quiet.app_id, "last used 25 days ago, say the logs and Microsoft", idle=25, report=True)

    unlisted = garden.app(cast.unlisted, "third_party")
    left_behind = garden.person("Otto Leftbehind", enabled=False)
    garden.assign(unlisted, left_behind)
    garden.expect(KIND, unlisted.app_id, "in no report; given away 400 days ago, and no log knows it", idle=400)
    garden.expect("leaver_access", left_behind.id, "is disabled and has an app")

    own = garden.app(cast.daemon._replace(name="Old Canteen Menu"), "internal", used=120)
    garden.expect(KIND, own.app_id, "the company's own, last used 120 days ago, says Microsoft", idle=120, report=True)


def _not_forgotten(garden: Garden, cast: Cast) -> None:
    renewed = garden.app(cast.renewed, "third_party", used=4)
    background = garden.person("Bela Background")
    garden.keep_using(background, renewed, 4, interactive=False)
    garden.spare(KIND, renewed.app_id, "used by clients only, without a person present")

    daemon = garden.app(cast.daemon, "internal", used=300)
    garden.keep_running(daemon)
    garden.spare(KIND, daemon.app_id, "no person has used it for 300 days; it runs by itself every night")

    off = garden.app(cast.switched_off, "gallery", used=300, enabled=False)
    garden.spare(KIND, off.app_id, "is switched off already")

    fresh = garden.app(cast.fresh, "gallery", created=5)
    garden.spare(KIND, fresh.app_id, "was set up five days ago")

    alike = garden.app(cast.daemon._replace(name="Slack"), "internal", used=1)
    garden.keep_using(background, alike, 3)
    garden.spare("redundant_apps", alike.app_id, "bears a known product's name, and is the company's own")

    tried = garden.app(cast.daemon._replace(name="Price List API"), "internal", used=1)
    garden.also_reply_to(tried, "https://oauth.getpostman.com/v1/callback")
    garden.keep_using(background, tried, 3)
    garden.spare("redundant_apps", tried.app_id, "the company's own; its makers try it out with a well-known tool")


def _alike(garden: Garden, cast: Cast) -> None:
    people = [garden.person(name) for name in ("Tilda Twice", "Theo Twice")]
    for role in cast.pair:
        app = garden.app(role, "gallery", used=2)
        for person in people:
            garden.keep_using(person, app, 3)
    if cast.category:
        garden.expect("redundant_apps", cast.category, "two products of the category are in use")
    in_use = garden.app(cast.half_pair[0], "third_party", used=2)
    idle = garden.app(cast.half_pair[1], "third_party", used=45)
    garden.keep_using(people[0], in_use, 3)
    garden.expect(KIND, idle.app_id, "last used 45 days ago, says Microsoft", idle=45, report=True)
    garden.spare("redundant_apps", idle.app_id, "the other of its category is in use, this one is not")

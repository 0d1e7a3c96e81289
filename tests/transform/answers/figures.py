"""The week's news, how well accounts are protected, and who uses what is paid for."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tests.transform.answers import apps, people
from tests.transform.answers.insights import insights
from tests.transform.answers.news import added
from tests.transform.answers.sign_ins import strength
from tests.transform.answers.usage import users_of_apps
from tests.transform.answers.world import moment

if TYPE_CHECKING:
    from tests.transform.answers.world import Row, World

_GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


def news(world: World) -> set[tuple[str, str]]:
    """What happened within seven days, and to whom or what."""
    kinds, principals = apps.kinds(world), {row["id"]: app_id for app_id, row in apps.by_app_id(world).items()}
    registered = {row["id"]: row["appId"] for row in world.rows["applications"]}
    found = {("new registration", registered.get(id_, id_)) for id_ in added(world, "Add application", "Application")}
    for event, activity in (("new app", "Add service principal"), ("consent", "Consent to application")):
        ids = {principals.get(id_, id_) for id_ in added(world, activity, "ServicePrincipal")}
        found |= {(event, id_) for id_ in ids if kinds.get(id_) != "microsoft"}
    found |= {("new admin", id_) for id_ in added(world, "Add member to role", "User")}
    for user in world.rows["users"]:
        state, created = people.account_state(user), moment(user.get("createdDateTime"))
        gone = moment(user.get("deletedDateTime")) or people.disabled_at(world, user)
        if people.is_machine(world, user["id"]):
            continue
        if state != "left" and created and world.ago(7) < created <= world.as_of:
            found.add(("new guest" if user["userType"] == "Guest" else "joiner", user["id"]))
        if state in {"left", "disabled"} and gone and world.ago(7) < gone <= world.as_of:
            found.add(("leaver", user["id"]))
    return found


def security_figures(world: World) -> dict[str, Row]:
    """Each figure with what it is out of."""
    best = {row["id"]: strength(row["methodsRegistered"]) for row in world.rows["user_registration_details"]}
    weights = people.admin_weights(world)
    enabled = {id_ for id_ in world.users if world.is_enabled(id_) and not people.is_machine(world, id_)}
    guests = {id_ for id_ in enabled if world.users[id_]["userType"] == "Guest"}
    members = enabled - guests
    counts = Counter(best[id_] for id_ in members if id_ in best)
    reported, admins = len(members & best.keys()), members & weights.keys()
    pending = {id_ for id_ in guests if world.users[id_]["externalUserState"] == "PendingAcceptance"}
    kinds = Counter(kind for kind, _, _ in insights(world))
    figures = {
        "members with a second factor": (reported - counts["none"], reported),
        "members with a phishing-resistant one": (counts["phishing-resistant"], reported),
        "members with a strong one at best": (counts["strong"], reported),
        "members with a weak one at best": (counts["weak"], reported),
        "members without any": (counts["none"], reported),
        "admins with a strong one": (
            sum(best.get(id_) in {"phishing-resistant", "strong"} for id_ in admins),
            len(admins),
        ),
        "admins who can do a lot": (sum(weights[id_] == "high" for id_ in admins), len(admins)),
        "Global Administrators": (
            len(people.holders(world, _GLOBAL_ADMINISTRATOR) & {id_ for id_ in world.users if world.is_enabled(id_)}),
            len(admins) + len(guests & weights.keys()),
        ),
        "guests with an open invitation": (len(pending), len(guests)),
        "guests with an admin role": (len(guests & weights.keys()), len(guests)),
        "people who sign in without being asked for one": (kinds["legacy_sign_ins"], len(enabled)),
        "people at risk": (kinds["open_risk"], len(enabled)),
        "admins who hold a role all the time": (len(admins & people.standing_admins(world)), len(admins)),
        "people who may activate an admin role": (
            len({id_ for id_ in people.eligible_roles(world) if world.is_enabled(id_)}),
            len(enabled),
        ),
    }
    return {name: {"value": value, "out_of": out_of} for name, (value, out_of) in figures.items()}


def product_costs(world: World) -> dict[str, Row]:
    """By product: its apps, who may use them and who does."""
    access, used, kind_of = apps.Access(world), users_of_apps(world, 30), apps.kinds(world)
    found: dict[str, tuple[set[str], set[str], set[str]]] = defaultdict(lambda: (set(), set(), set()))
    for app_id, row in apps.by_app_id(world).items():
        name = apps.product(world, row)
        if name and kind_of[app_id] == "third_party" and not row.get("_deleted") and row["accountEnabled"]:
            mine = found[name]
            mine[0].add(app_id)
            mine[1].update(access.direct[row["id"]] | access.by_group[row["id"]])
            mine[2].update(used[app_id])
    return {
        name: {
            "apps": len(ids),
            "people_with_access": len(may),
            "people_30d": len(do),
            "seats_without_use": max(len(may) - len(do), 0),
            "monthly_cost": None,
        }
        for name, (ids, may, do) in found.items()
    }

"""Administrative units and their members.

https://learn.microsoft.com/graph/api/directory-list-administrativeunits
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.expected import linked, tracked
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.company import OFFICES
from sandbox.tenant.makers.groups import GROUP, USER, unit_json
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    """A unit for each country, one with hidden members, one with groups in it, one in the recycle bin."""
    rng = seeded(tenant.options.seed, "units")
    units = tenant.directory["administrativeUnits"]
    everybody = list(tenant.people.values())
    rows = []
    for code in sorted({office.code for office in OFFICES}):
        unit = unit_json(rng, f"Country {code}", f"People in {code}")
        rows.append(unit)
        units.links["members"][unit["id"]] = {person.id: USER for person in everybody if person.office.code == code}
    leadership = unit_json(rng, "Leadership", None) | {"visibility": "HiddenMembership"}
    projects = unit_json(rng, "Projects", "Groups that projects may manage themselves")
    units.links["members"][leadership["id"]] = {person.id: USER for person in everybody[:4]}
    units.links["members"][projects["id"]] = dict.fromkeys(list(tenant.directory["groups"].live)[-8:], GROUP)
    units.add_deleted(unit_json(rng, "Country XX", None), tenant.options.starts - timedelta(days=20))
    return [*rows, leadership, projects]


ADMINISTRATIVE_UNITS = GraphList(
    path="directory/administrativeUnits",
    entity="administrativeUnit",
    scopes=scopes("AdministrativeUnit.Read.All"),
    properties=properties(
        default="""
            id deletedDateTime description displayName isMemberManagementRestricted membershipRule
            membershipRuleProcessingState membershipType visibility
        """,
    ),
    store="administrativeUnits",
    links=("members",),
    delta_links=("members",),
    default_delta_links=("members",),
    first_rows=_first_rows,
    needs=("users", "groups"),
    expected={
        "administrative_units": tracked("administrativeUnits"),
        "administrative_unit_members": linked(
            "administrativeUnits", "members", "administrativeUnitId", "memberId", "memberType"
        ),
    },
)

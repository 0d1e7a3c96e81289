"""Named locations of Conditional Access: the office's addresses, those of the VPN, and countries.

https://learn.microsoft.com/graph/api/conditionalaccessroot-list-namedlocations
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.expected import typed
from sandbox.lists.spec import QUERYABLE, GraphList
from sandbox.tenant.collection_store import zulu
from sandbox.tenant.rng import named_guid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_PATH = "identity/conditionalAccess/namedLocations"
#: May read policies: https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies#permissions
POLICY_READERS = frozenset(
    {
        "Conditional Access Administrator",
        "Global Reader",
        "Global Secure Access Administrator",
        "Security Administrator",
        "Security Reader",
    }
)
OFFICE, VPN, ABROAD = "Office", "VPN", "Countries without staff"


def location_id(tenant: TenantState, name: str) -> str:
    """The id of a named location."""
    return named_guid(f"named location {tenant.id} {name}")


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    """Each kind has columns that the other lacks; one has never been changed."""
    kinds = {
        OFFICE: ("ipNamedLocation", _addresses("iPv4CidrRange", "203.0.113.0/24"), True),
        VPN: ("ipNamedLocation", _addresses("iPv6CidrRange", "2001:db8:5::/48"), False),
        ABROAD: ("countryNamedLocation", ["KP", "AQ"], None),
    }
    for number, (name, (kind, content, is_trusted)) in enumerate(kinds.items()):
        created = tenant.options.starts - timedelta(days=400 + 30 * number)
        row: Row = {
            "@odata.type": f"#microsoft.graph.{kind}",
            "id": location_id(tenant, name),
            "displayName": name,
            "createdDateTime": zulu(created),
            "modifiedDateTime": zulu(created) if number else None,
        }
        if is_trusted is None:
            row |= {
                "countriesAndRegions": content,
                "countryLookupMethod": "clientIpAddress",
                "includeUnknownCountriesAndRegions": False,
            }
        else:
            row |= {"ipRanges": content, "isTrusted": is_trusted}
        yield row


def _addresses(kind: str, *ranges: str) -> list[Row]:
    return [{"@odata.type": f"#microsoft.graph.{kind}", "cidrAddress": one} for one in ranges]


NAMED_LOCATIONS = GraphList(
    path=_PATH,
    entity="namedLocation",
    scopes=frozenset({"Policy.Read.All"}),
    service="conditional access",
    roles=POLICY_READERS,
    first_rows=_first_rows,
    expected={"named_locations": typed(_PATH)},
    # The list knows the columns that both kinds have: a $select of another one is refused.
    options=QUERYABLE - {"$select"},
)

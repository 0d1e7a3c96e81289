"""Contacts: people of other companies who are in the address book.

https://learn.microsoft.com/graph/api/orgcontact-list
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.expected import tracked
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.contacts import contact_json
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    """A contact for each ten users, and one in the recycle bin."""
    rng = seeded(tenant.options.seed, "contacts")
    contacts = [contact_json(rng) for _ in range(8 + tenant.options.users // 10)]
    tenant.directory["contacts"].add_deleted(contact_json(rng), tenant.options.starts - timedelta(days=10))
    return contacts


CONTACTS = GraphList(
    path="contacts",
    entity="orgContact",
    scopes=scopes("OrgContact.Read.All"),
    properties=properties(
        """
        id deletedDateTime addresses companyName department displayName givenName jobTitle mail mailNickname
        onPremisesLastSyncDateTime onPremisesProvisioningErrors onPremisesSyncEnabled phones proxyAddresses
        serviceProvisioningErrors surname
        """
    ),
    store="contacts",
    first_rows=_first_rows,
    expected={"contacts": tracked("contacts")},
)

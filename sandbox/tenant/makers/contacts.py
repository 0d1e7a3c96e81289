"""Contacts as Graph v1.0 describes them: https://learn.microsoft.com/graph/api/resources/orgcontact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.makers.company import PARTNERS
from sandbox.tenant.makers.names import CULTURES, draw_name, spelled_plainly
from sandbox.tenant.rng import guid

if TYPE_CHECKING:
    from random import Random

    from sandbox.tenant.collection_store import JsonObject

_TITLES = ("Account Manager", "Purchasing", "Managing Director", None)


def contact_json(rng: Random) -> JsonObject:
    """A person of another company."""
    given, surname = draw_name(rng, rng.choice(list(CULTURES)))
    domain = rng.choice(PARTNERS)
    alias = ".".join(spelled_plainly(name) for name in (given, surname) if name)
    mail = f"{alias}@{domain}"
    return {
        "id": guid(rng),
        "deletedDateTime": None,
        "addresses": [],
        "companyName": domain.split(".")[0].replace("-", " ").title(),
        "department": rng.choice(("Sales", "Support", None)),
        "displayName": f"{given} {surname}" if surname else given,
        "givenName": given,
        "jobTitle": rng.choice(_TITLES),
        "mail": mail,
        "mailNickname": alias,
        "onPremisesLastSyncDateTime": None,
        "onPremisesProvisioningErrors": [],
        "onPremisesSyncEnabled": None,
        "phones": [],
        "proxyAddresses": [f"SMTP:{mail}"],
        "serviceProvisioningErrors": [],
        "surname": surname,
    }

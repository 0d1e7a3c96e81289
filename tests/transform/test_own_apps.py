"""Apps of the company's own that may do a lot, and secrets that expire; and apps that only look like it."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.transform.hand_made import DIRECTORY, MODELS, NOW, person, principal, ran, sign_in

if TYPE_CHECKING:
    from tests.transform.hand_made import HandMadeWarehouse

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

GRAPH = "00000003-0000-0000-c000-000000000000"
SEND, READ_PROFILES = "b633e1c5-b582-4048-a93e-9f11b44c7e96", "df021288-bdef-4463-88db-98f22de89214"
STREAMS = (
    *DIRECTORY,
    "applications",
    "service_principal_owners",
    "application_owners",
    "oauth2_permission_grants",
    "sign_ins",
)
numbers = itertools.count()


def own(name: str, **columns: Any) -> dict[str, Any]:
    return principal(name, appOwnerOrganizationId="tenant", **columns)


def secret(key: str, days: float) -> dict[str, Any]:
    return {"keyId": key, "displayName": f"{key} secret", "endDateTime": (NOW + timedelta(days=days)).isoformat() + "Z"}


def registration(name: str, *secrets: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"registration of {name}", "appId": name, "passwordCredentials": [*secrets]}


def permission(name: str, role: str) -> dict[str, Any]:
    assigned = {"principalType": "ServicePrincipal", "resourceId": "graph", "createdDateTime": datetime(2026, 1, 1)}  # noqa: DTZ001
    return {"id": f"{next(numbers)}", "principalId": f"principal of {name}", "appRoleId": role, **assigned}


def found(warehouse: HandMadeWarehouse, kind: str) -> dict[Any, dict[str, Any]]:
    rows = [row for row in warehouse.rows("insights") if row["kind"] == kind]
    return {(row["subject_id"], row["related_id"]): row for row in rows}


@pytest.fixture
def built(warehouse: HandMadeWarehouse) -> HandMadeWarehouse:
    warehouse.add("organization", {"id": "tenant", "displayName": "Contoso"})
    warehouse.add("users", person(1))
    warehouse.add(
        "service_principals",
        {**principal("graph"), "id": "graph", "appId": GRAPH, "appOwnerOrganizationId": "microsoft"},
        *(own(name) for name in ("sender", "owned", "reader", "people", "rotated", "quiet", "fresh")),
        own("off", accountEnabled=False),
        principal("bought"),
    )
    warehouse.add(
        "applications",
        registration("sender", secret("sender", 100)),
        registration("owned", secret("owned", 12)),
        registration("off", secret("off", -5)),
        # In use, and with one secret that has ended.
        registration("reader", secret("reader", -1)),
        # The old one is replaced by one that is valid.
        registration("rotated", secret("old", -40), secret("older", 3), secret("new", 300)),
        registration("quiet", secret("quiet", -400)),
        registration("fresh", secret("fresh", 31)),
    )
    warehouse.add(
        "app_role_assignments",
        *(permission(name, SEND) for name in ("sender", "owned", "off", "bought")),
        permission("reader", READ_PROFILES),
    )
    # In the name of the person signed in, it is not the app's own right.
    delegated = {"consentType": "AllPrincipals", "principalId": None, "resourceId": "graph", "scope": "Mail.Send"}
    warehouse.add("oauth2_permission_grants", {"id": "1", "clientId": "principal of people", **delegated})
    owner = {"ownerId": "person 1", "ownerType": "user"}
    warehouse.add("service_principal_owners", {"servicePrincipalId": "principal of owned", **owner})
    warehouse.add("sign_ins", sign_in(1, 1, "reader", NOW - timedelta(days=3)))
    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in STREAMS))
    warehouse.dbt(*MODELS)
    return warehouse


def test_own_apps_that_may_do_a_lot_are_found(built: HandMadeWarehouse) -> None:
    rights = found(built, "own_app_rights")

    assert {app: row["severity"] for (app, _), row in rights.items()} == {
        "sender": "high",
        "owned": "medium",
        "off": "low",
    }
    sender, owned = rights["sender", None], rights["owned", None]
    assert sender["title"] == "Your own app sender may send mail, for the whole company"
    assert "no owner" in sender["what_to_do"]
    assert (owned["details"]["owners"], owned["details"]["valid_secrets"]) == (["Person 1"], 1)
    assert "is disabled and may" in rights["off", None]["title"]


def test_secrets_are_found_before_they_end_and_after(built: HandMadeWarehouse) -> None:
    secrets = found(built, "expiring_credential")

    assert {key: row["severity"] for key, row in secrets.items()} == {
        ("reader", "reader"): "high",
        ("owned", "owned"): "medium",
        ("rotated", "old"): "low",
        ("rotated", "older"): "low",
        ("quiet", "quiet"): "low",
    }
    assert secrets["reader", "reader"]["title"] == 'The secret "reader secret" of reader expired one day ago'
    assert secrets["owned", "owned"]["title"] == 'The secret "owned secret" of owned expires in 12 days'

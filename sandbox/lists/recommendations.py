"""Microsoft's advice for the tenant, and the people and apps that it is about.

https://learn.microsoft.com/graph/api/directory-list-recommendation?view=graph-rest-beta
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from sandbox.lists.expected import child_rows, listed
from sandbox.lists.spec import ChildList, GraphList, properties
from sandbox.tenant.collection_store import zulu
from sandbox.tenant.rng import named_guid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_PATH = "directory/recommendations"
_SCOPES = frozenset({"DirectoryRecommendations.Read.All"})
#: Short name, title, kind of what it is about, points of the secure score.
_ADVICE = (
    ("staleApps", "Remove unused applications", "apps", None),
    ("inactiveGuests", "Remove guests who no longer sign in", "users", None),
    ("adminMFAV2", "Require MFA for administrative roles", "users", 10.0),
    ("selfServicePasswordReset", "Enable self-service password reset", "tenantLevel", 1.0),
)


def _advice_id(tenant: TenantState, name: str) -> str:
    return f"{tenant.id}_Microsoft.Identity.IAM.Insights.{name[0].upper()}{name[1:]}"


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    for number, (name, title, impact, points) in enumerate(_ADVICE):
        found = tenant.options.starts - timedelta(days=60 + number)
        yield {
            "id": _advice_id(tenant, name),
            "recommendationType": name,
            "createdDateTime": zulu(found),
            "impactStartDateTime": zulu(found),
            "postponeUntilDateTime": None,
            "lastCheckedDateTime": zulu(tenant.options.starts),
            "lastModifiedDateTime": f"{zulu(found)[:19]}.2509132Z",
            "lastModifiedBy": "System",
            "currentScore": points and 0.0,
            "maxScore": points,
            "displayName": title,
            "featureAreas": ["applications" if impact == "apps" else "users"],
            "insights": f"{title}: this applies to your tenant.",
            "benefits": "A smaller attack surface.",
            "category": "identitySecureScore" if points else "identityBestPractice",
            "status": "completedBySystem" if impact == "tenantLevel" else "active",
            "priority": "high" if points == 10.0 else "medium",
            "releaseType": "preview",
            "impactType": impact,
            "remediationImpact": "",
            "requiredLicenses": "notApplicable",
            "actionSteps": [
                {"stepNumber": 1, "text": title, "actionUrl": {"displayName": "Open", "url": "https://entra.example"}}
            ],
        }


def _resources(tenant: TenantState) -> Mapping[str, list[Row]]:
    """Some apps and some people; advice on the whole tenant is about nothing in particular."""
    stores = {"apps": tenant.directory["applications"].live, "users": tenant.directory["users"].live}
    rows: dict[str, list[Row]] = {}
    for number, (name, _, impact, _points) in enumerate(_ADVICE):
        advice = _advice_id(tenant, name)
        subjects = islice(stores.get(impact, {}).values(), number, number + 3)
        rows[advice] = [_resource(tenant, advice, impact, subject) for subject in subjects]
    return rows


def _resource(tenant: TenantState, advice: str, impact: str, subject: Row) -> Row:
    subject_id = subject["appId"] if impact == "apps" else subject["id"]
    return {
        "id": named_guid(f"{advice} {subject_id}"),
        "subjectId": subject_id,
        "recommendationId": advice,
        "resourceType": impact.removesuffix("s"),
        "addedDateTime": f"{zulu(tenant.options.starts - timedelta(days=30))[:19]}.0420371Z",
        "postponeUntilDateTime": None,
        "lastModifiedDateTime": zulu(tenant.options.starts - timedelta(days=30)),
        "lastModifiedBy": "System",
        "displayName": subject["displayName"],
        "owner": None,
        "rank": 1,
        "portalUrl": f"https://entra.example/{subject_id}",
        "apiUrl": None,
        "status": "active",
        "additionalDetails": [{"key": "LastSignIn", "value": "never"}],
    }


RECOMMENDATIONS = GraphList(
    path=_PATH,
    entity="recommendation",
    scopes=_SCOPES,
    roles=frozenset(
        {
            "Application Administrator",
            "Cloud Application Administrator",
            "Global Reader",
            "Reports Reader",
            "Security Administrator",
            "Security Operator",
            "Security Reader",
        }
    ),
    properties=properties(
        default="""
            id recommendationType createdDateTime impactStartDateTime postponeUntilDateTime lastCheckedDateTime
            lastModifiedDateTime lastModifiedBy currentScore maxScore displayName featureAreas insights benefits
            category status priority releaseType impactType remediationImpact requiredLicenses actionSteps
        """
    ),
    first_rows=_first_rows,
    expected={"recommendations": listed(_PATH)},
    options=frozenset({"$filter", "$select", "$top"}),
    versions=frozenset({"beta"}),
)
RECOMMENDATION_RESOURCES = ChildList(
    parent=_PATH,
    name="impactedResources",
    entity="impactedResource",
    scopes=_SCOPES,
    properties=properties(
        default="""
            id subjectId recommendationId resourceType addedDateTime postponeUntilDateTime lastModifiedDateTime
            lastModifiedBy displayName owner rank portalUrl apiUrl status additionalDetails
        """
    ),
    first_rows=_resources,
    needs=("users", "applications", _PATH),
    expected={"recommendation_resources": child_rows("impactedResources")},
    options=frozenset({"$select"}),
)

"""The columns of each stream have the names and types that Microsoft's own Python client reads."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.streams import STREAMS, SignIns, Users

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

# Module and class under `generated.models` of msgraph, or of msgraph_beta. Where a list has rows of several kinds, the
# kinds: together they have the columns.
MODELS: dict[str, str | tuple[str, ...]] = {
    "admin_consent_policy": "admin_consent_request_policy.AdminConsentRequestPolicy",
    "administrative_units": "administrative_unit.AdministrativeUnit",
    "app_role_assignments": "app_role_assignment.AppRoleAssignment",
    "application_templates": "application_template.ApplicationTemplate",
    "applications": "application.Application",
    "conditional_access_policies": "conditional_access_policy.ConditionalAccessPolicy",
    "contacts": "org_contact.OrgContact",
    "devices": "device.Device",
    "directory_audits": "directory_audit.DirectoryAudit",
    "directory_settings": "group_setting.GroupSetting",
    "domains": "domain.Domain",
    "groups": "group.Group",
    "identity_providers": (
        "social_identity_provider.SocialIdentityProvider",
        "built_in_identity_provider.BuiltInIdentityProvider",
        "oidc_identity_provider.OidcIdentityProvider",
    ),
    "managed_identity_sign_ins": "sign_in.SignIn",
    "named_locations": (
        "ip_named_location.IpNamedLocation",
        "country_named_location.CountryNamedLocation",
    ),
    "non_interactive_sign_ins": "sign_in.SignIn",
    "non_interactive_sign_in_summaries": "summarized_sign_in.SummarizedSignIn",
    "oauth2_permission_grants": "o_auth2_permission_grant.OAuth2PermissionGrant",
    "organization": "organization.Organization",
    "provisioning_logs": "provisioning_object_summary.ProvisioningObjectSummary",
    "recommendation_resources": "impacted_resource.ImpactedResource",
    "recommendations": "recommendation.Recommendation",
    "risk_detections": "risk_detection.RiskDetection",
    "risky_users": "risky_user.RiskyUser",
    "role_assignment_schedules": "unified_role_assignment_schedule.UnifiedRoleAssignmentSchedule",
    "role_assignments": "unified_role_assignment.UnifiedRoleAssignment",
    "role_definitions": "unified_role_definition.UnifiedRoleDefinition",
    "role_eligibility_schedules": "unified_role_eligibility_schedule.UnifiedRoleEligibilitySchedule",
    "service_principal_sign_in_activities": "service_principal_sign_in_activity.ServicePrincipalSignInActivity",
    "service_principal_sign_ins": "sign_in.SignIn",
    "service_principals": "service_principal.ServicePrincipal",
    "sign_in_events_app_summary": "sign_in_events_app_activity.SignInEventsAppActivity",
    "sign_in_events_summary": "sign_in_events_activity.SignInEventsActivity",
    "sign_ins": "sign_in.SignIn",
    "subscribed_skus": "subscribed_sku.SubscribedSku",
    "subscriptions": "company_subscription.CompanySubscription",
    "user_registration_details": "user_registration_details.UserRegistrationDetails",
    "user_sign_in_activity": "user.User",
    "users": "user.User",
}

#: Streams whose columns are this tap's own: Microsoft has no class for them.
OWN = {
    "administrative_unit_members",
    "application_owners",
    "device_owners",
    "device_users",
    "group_members",
    "group_owners",
    "profile_photos",
    "service_principal_owners",
    "stream_runs",
    "user_managers",
}


#: Columns that the tap adds to Microsoft's: Graph's "@odata.type" under another name, why an app's risk is null, and
#: the key of rows that sum up others.
ADDED = {"groupId", "objectType", "riskStatus"}


def question(stream: Any, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    package = "msgraph_beta" if stream.graph_version == "beta" else "msgraph"
    properties = {name: kind for name, kind in (schema or stream.schema)["properties"].items() if name not in ADDED}
    models = MODELS[stream.name]
    names = [f"{package}.generated.models.{name}" for name in ([models] if isinstance(models, str) else models)]
    return {"models": names, "schema": {"properties": properties}}


@pytest.fixture(scope="session")
def differences(microsoft: Callable[..., Any]) -> dict[str, list[str]]:
    """Sentences by stream, one for each column that differs from Microsoft's model."""
    asked = {stream.name: question(stream) for stream in STREAMS if stream.name not in OWN}
    read: dict[str, list[str]] = microsoft("models.py", given=asked)
    return read


@pytest.mark.parametrize("stream", sorted(MODELS))
def test_columns_are_what_microsofts_own_client_reads(differences: dict[str, list[str]], stream: str) -> None:
    assert differences[stream] == []


def test_no_stream_escapes_the_comparison() -> None:
    assert {stream.name for stream in STREAMS} == MODELS.keys() | OWN, (
        "name the class of Microsoft's client in MODELS; a stream whose columns are the tap's own goes into OWN"
    )


def test_what_differs_is_named(microsoft: Callable[..., Any]) -> None:
    schema = deepcopy(Users.schema)
    schema["properties"]["shoeSize"] = {"type": ["integer", "null"]}
    schema["properties"]["accountEnabled"] = {"type": ["string", "null"]}
    schema["properties"]["assignedLicenses"]["description"] = "each element has skuId and licenceColour"
    log = deepcopy(SignIns.schema)
    log["properties"]["status"]["properties"]["errorCode"] = {"type": ["string", "null"]}

    found = microsoft("models.py", given={"users": question(Users, schema), "sign_ins": question(SignIns, log)})

    assert sorted(found["users"]) == [
        "accountEnabled: declared string, User reads boolean",
        "assignedLicenses: its description names licenceColour, unknown to AssignedLicense",
        "shoeSize: unknown to User",
    ]
    assert found["sign_ins"] == ["status.errorCode: declared string, SignInStatus reads integer"]

"""What is extracted: one file a stream, its fields beside it. This page is the table of contents."""

from __future__ import annotations

from tap_entra.streams.admin_consent_policy import AdminConsentPolicy
from tap_entra.streams.administrative_unit_members import AdministrativeUnitMembers
from tap_entra.streams.administrative_units import AdministrativeUnits
from tap_entra.streams.app_role_assignments import AppRoleAssignments
from tap_entra.streams.application_owners import ApplicationOwners
from tap_entra.streams.application_templates import ApplicationTemplates
from tap_entra.streams.applications import Applications
from tap_entra.streams.conditional_access_policies import ConditionalAccessPolicies
from tap_entra.streams.contacts import Contacts
from tap_entra.streams.device_owners import DeviceOwners
from tap_entra.streams.device_users import DeviceUsers
from tap_entra.streams.devices import Devices
from tap_entra.streams.directory_audits import DirectoryAudits
from tap_entra.streams.directory_settings import DirectorySettings
from tap_entra.streams.domains import Domains
from tap_entra.streams.group_members import GroupMembers
from tap_entra.streams.group_owners import GroupOwners
from tap_entra.streams.groups import Groups
from tap_entra.streams.identity_providers import IdentityProviders
from tap_entra.streams.managed_identity_sign_ins import ManagedIdentitySignIns
from tap_entra.streams.named_locations import NamedLocations
from tap_entra.streams.non_interactive_sign_in_summaries import NonInteractiveSignInSummaries
from tap_entra.streams.non_interactive_sign_ins import NonInteractiveSignIns
from tap_entra.streams.oauth2_permission_grants import Oauth2PermissionGrants
from tap_entra.streams.organization import Organization
from tap_entra.streams.profile_photos import ProfilePhotos
from tap_entra.streams.provisioning_logs import ProvisioningLogs
from tap_entra.streams.recommendation_resources import RecommendationResources
from tap_entra.streams.recommendations import Recommendations
from tap_entra.streams.risk_detections import RiskDetections
from tap_entra.streams.risky_users import RiskyUsers
from tap_entra.streams.role_assignment_schedules import RoleAssignmentSchedules
from tap_entra.streams.role_assignments import RoleAssignments
from tap_entra.streams.role_definitions import RoleDefinitions
from tap_entra.streams.role_eligibility_schedules import RoleEligibilitySchedules
from tap_entra.streams.service_principal_owners import ServicePrincipalOwners
from tap_entra.streams.service_principal_sign_in_activities import ServicePrincipalSignInActivities
from tap_entra.streams.service_principal_sign_ins import ServicePrincipalSignIns
from tap_entra.streams.service_principals import ServicePrincipals
from tap_entra.streams.sign_in_events_app_summary import SignInEventsAppSummary
from tap_entra.streams.sign_in_events_summary import SignInEventsSummary
from tap_entra.streams.sign_ins import SignIns
from tap_entra.streams.stream_runs import StreamRuns
from tap_entra.streams.subscribed_skus import SubscribedSkus
from tap_entra.streams.subscriptions import Subscriptions
from tap_entra.streams.user_managers import UserManagers
from tap_entra.streams.user_registration_details import UserRegistrationDetails
from tap_entra.streams.user_sign_in_activity import UserSignInActivity
from tap_entra.streams.users import Users

# In the order they are read. StreamRuns comes last: it tells how the others went.
STREAMS = (
    Organization,
    Domains,
    SubscribedSkus,
    Subscriptions,
    DirectorySettings,
    Users,
    UserManagers,
    UserSignInActivity,
    UserRegistrationDetails,
    ProfilePhotos,
    Contacts,
    Groups,
    GroupMembers,
    GroupOwners,
    AdministrativeUnits,
    AdministrativeUnitMembers,
    RoleDefinitions,
    RoleAssignments,
    RoleEligibilitySchedules,
    RoleAssignmentSchedules,
    Devices,
    DeviceOwners,
    DeviceUsers,
    Applications,
    ApplicationTemplates,
    ApplicationOwners,
    ServicePrincipals,
    ServicePrincipalOwners,
    AppRoleAssignments,
    Oauth2PermissionGrants,
    ServicePrincipalSignInActivities,
    ConditionalAccessPolicies,
    NamedLocations,
    IdentityProviders,
    AdminConsentPolicy,
    RiskyUsers,
    RiskDetections,
    Recommendations,
    RecommendationResources,
    SignInEventsSummary,
    SignInEventsAppSummary,
    SignIns,
    NonInteractiveSignIns,
    NonInteractiveSignInSummaries,
    ServicePrincipalSignIns,
    ManagedIdentitySignIns,
    DirectoryAudits,
    ProvisioningLogs,
    StreamRuns,
)

__all__ = [
    "STREAMS",
    "AdminConsentPolicy",
    "AdministrativeUnitMembers",
    "AdministrativeUnits",
    "AppRoleAssignments",
    "ApplicationOwners",
    "ApplicationTemplates",
    "Applications",
    "ConditionalAccessPolicies",
    "Contacts",
    "DeviceOwners",
    "DeviceUsers",
    "Devices",
    "DirectoryAudits",
    "DirectorySettings",
    "Domains",
    "GroupMembers",
    "GroupOwners",
    "Groups",
    "IdentityProviders",
    "ManagedIdentitySignIns",
    "NamedLocations",
    "NonInteractiveSignInSummaries",
    "NonInteractiveSignIns",
    "Oauth2PermissionGrants",
    "Organization",
    "ProfilePhotos",
    "ProvisioningLogs",
    "RecommendationResources",
    "Recommendations",
    "RiskDetections",
    "RiskyUsers",
    "RoleAssignmentSchedules",
    "RoleAssignments",
    "RoleDefinitions",
    "RoleEligibilitySchedules",
    "ServicePrincipalOwners",
    "ServicePrincipalSignInActivities",
    "ServicePrincipalSignIns",
    "ServicePrincipals",
    "SignInEventsAppSummary",
    "SignInEventsSummary",
    "SignIns",
    "StreamRuns",
    "SubscribedSkus",
    "Subscriptions",
    "UserManagers",
    "UserRegistrationDetails",
    "UserSignInActivity",
    "Users",
]

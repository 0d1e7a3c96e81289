"""Applications: the app registrations of the tenant. Their first rows come with the service principals.

https://learn.microsoft.com/graph/api/application-list
"""

from __future__ import annotations

from sandbox.lists.expected import linked, tracked
from sandbox.lists.spec import GraphList, properties, scopes

APPLICATIONS = GraphList(
    path="applications",
    entity="application",
    scopes=scopes("Application.Read.All"),
    properties=properties(
        default="""
            id deletedDateTime appId applicationTemplateId certification createdByAppId createdDateTime
            defaultRedirectUri description disabledByMicrosoftStatus displayName groupMembershipClaims identifierUris
            info isDeviceOnlyAuthSupported isDisabled isFallbackPublicClient nativeAuthenticationApisEnabled notes
            oauth2RequirePostResponse optionalClaims parentalControlSettings publicClient publisherDomain
            requestSignatureVerification requiredResourceAccess samlMetadataUrl serviceManagementReference
            servicePrincipalLockConfiguration signInAudience spa tags tokenEncryptionKeyId uniqueName
            verifiedPublisher web addIns api appRoles keyCredentials managerApplications passwordCredentials
        """,
        on_request="authenticationBehaviors",
    ),
    store="applications",
    links=("owners",),
    expected={
        "applications": tracked("applications"),
        "application_owners": linked("applications", "owners", "applicationId", "ownerId", "ownerType"),
    },
    cost=2,
)

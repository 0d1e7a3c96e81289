"""Service principals and applications as Graph v1.0 describes them.

https://learn.microsoft.com/graph/api/resources/serviceprincipal,
https://learn.microsoft.com/graph/api/resources/application
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.certificates import client_certificate, signing_certificate
from sandbox.tenant.makers.products import GRAPH
from sandbox.tenant.rng import Draw, named_guid

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.company import Company

MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"  # the tenant that owns nearly all of Microsoft's apps
_ENTERPRISE_APP = "WindowsAzureActiveDirectoryIntegratedApp"
_GALLERY_APP = "WindowsAzureActiveDirectoryGalleryApplicationNonPrimaryV1"

# https://learn.microsoft.com/graph/permissions-reference
USER_READ = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
DIRECTORY_READ_ALL = "7ab1d382-f21e-4acd-a863-ba3e13f7da61"

_UNSET_PRINCIPAL: JsonObject = {
    "id": None, "deletedDateTime": None, "accountEnabled": True, "addIns": [], "alternativeNames": [],
    "appDescription": None, "appDisplayName": None, "appId": None, "applicationTemplateId": None,
    "appOwnerOrganizationId": None, "appRoleAssignmentRequired": False, "appRoles": [], "createdByAppId": None,
    "customSecurityAttributes": None, "description": None, "disabledByMicrosoftStatus": None, "displayName": None,
    "homepage": None, "info": None, "isDisabled": None, "keyCredentials": [], "loginUrl": None, "logoutUrl": None,
    "notes": None, "notificationEmailAddresses": [], "oauth2PermissionScopes": [], "passwordCredentials": [],
    "preferredSingleSignOnMode": None, "preferredTokenSigningKeyThumbprint": None, "replyUrls": [],
    "resourceSpecificApplicationPermissions": [], "samlSingleSignOnSettings": None, "servicePrincipalNames": [],
    "servicePrincipalType": "Application", "signInAudience": None, "tags": [], "tokenEncryptionKeyId": None,
    "verifiedPublisher": None,
}  # fmt: skip

_UNSET_APPLICATION: JsonObject = {
    "id": None, "deletedDateTime": None, "addIns": [],
    "api": {
        "acceptMappedClaims": None, "knownClientApplications": [], "oauth2PermissionScopes": [],
        "preAuthorizedApplications": [], "requestedAccessTokenVersion": 2,
    },
    "appId": None, "applicationTemplateId": None, "appRoles": [], "authenticationBehaviors": None,
    "certification": None, "createdByAppId": None, "createdDateTime": None, "defaultRedirectUri": None,
    "description": None, "disabledByMicrosoftStatus": None, "displayName": None, "groupMembershipClaims": None,
    "identifierUris": [], "info": None, "isDeviceOnlyAuthSupported": None, "isDisabled": None,
    "isFallbackPublicClient": None, "keyCredentials": [], "managerApplications": [],
    "nativeAuthenticationApisEnabled": None, "notes": None, "oauth2RequirePostResponse": False,
    "optionalClaims": None, "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
    "passwordCredentials": [], "publicClient": {"redirectUris": []}, "publisherDomain": None,
    "requestSignatureVerification": None, "requiredResourceAccess": [], "samlMetadataUrl": None,
    "serviceManagementReference": None, "servicePrincipalLockConfiguration": None, "signInAudience": None,
    "spa": {"redirectUris": []}, "tags": [], "tokenEncryptionKeyId": None, "uniqueName": None,
    "verifiedPublisher": None, "web": None,
}  # fmt: skip


def principal_json(app: App, tenant_id: str, company: Company, created: datetime) -> JsonObject:
    """An app's service principal. Graph adds createdDateTime, though v1.0 does not declare it."""
    principal = {
        **_UNSET_PRINCIPAL,
        "id": app.principal_id,
        "appId": app.app_id,
        "appDescription": app.category.capitalize() if app.kind != "microsoft" else None,
        "appDisplayName": app.name,
        "displayName": app.name,
        "createdDateTime": zulu(created),
        "servicePrincipalNames": [app.app_id],
        "signInAudience": "AzureADMultipleOrgs",
        "info": _links(None),
        "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
    }
    if app.kind == "microsoft":
        return principal | {"appOwnerOrganizationId": MICROSOFT, "oauth2PermissionScopes": _scopes(app)}
    if app.kind == "third_party":
        return principal | _third_party_columns(app, created)
    if app.kind == "gallery":
        keys = signing_certificate(str(app.principal_id), f"CN=SSO of {app.name}", created)
        return principal | _gallery_columns(app, tenant_id, company) | {"keyCredentials": keys}
    return principal | {
        "appOwnerOrganizationId": tenant_id,
        "homepage": f"https://{_host(app)}.{company.domain}",
        "oauth2PermissionScopes": _scopes(app),
        "replyUrls": [f"https://{_host(app)}.{company.domain}/signin-oidc"],
        "servicePrincipalNames": [f"api://{app.app_id}", app.app_id],
        "signInAudience": "AzureADMyOrg",
        "tags": [_ENTERPRISE_APP],
    }


def managed_identity_json(name: str, principal_id: str, created: datetime) -> JsonObject:
    """The service principal of a machine in Azure; no person signs in to it."""
    return {
        **_UNSET_PRINCIPAL,
        "id": principal_id,
        "appId": named_guid(f"managed identity {principal_id}"),
        "displayName": name,
        "createdDateTime": zulu(created),
        "alternativeNames": [
            "isExplicit=False",
            f"/subscriptions/{named_guid(name)}/resourcegroups/prod/providers/Microsoft.Web/sites/{name}",
        ],
        "servicePrincipalNames": [named_guid(f"managed identity {principal_id}")],
        "servicePrincipalType": "ManagedIdentity",
    }


def application_json(app: App, object_id: str, company: Company, created: datetime) -> JsonObject:
    """The application behind a service principal of the tenant's own."""
    host = app.product.domain if app.product else f"{_host(app)}.{company.domain}"
    throw = Draw(b"application " + object_id.encode(), 0)
    secret = {
        "customKeyIdentifier": None,
        "displayName": "deployment",
        "endDateTime": zulu(created + timedelta(days=730)),
        "hint": f"{throw.below(36**3):03x}"[:3],
        "keyId": throw.id,
        "secretText": None,
        "startDateTime": zulu(created),
    }
    return {
        **_UNSET_APPLICATION,
        "id": object_id,
        "appId": app.app_id,
        "applicationTemplateId": template_id(app.product.domain) if app.product else None,
        "createdDateTime": zulu(created),
        "displayName": app.name,
        "identifierUris": [] if app.product else [f"api://{app.app_id}"],
        "info": _links(app.product.domain if app.product else None),
        "keyCredentials": [] if app.product else client_certificate(object_id, created),
        "passwordCredentials": [] if app.product else [secret],
        "publisherDomain": company.domain,
        "requiredResourceAccess": [{"resourceAppId": GRAPH, "resourceAccess": [{"id": USER_READ, "type": "Scope"}]}],
        "signInAudience": "AzureADMyOrg",
        "appRoles": app_roles(app),
        "web": {
            "homePageUrl": f"https://{host}",
            "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": True},
            "logoutUrl": None,
            "redirectUriSettings": [{"index": None, "uri": f"https://{host}/signin-oidc"}],
            "redirectUris": [f"https://{host}/signin-oidc"],
        },
    }


def app_roles(app: App) -> list[JsonObject]:
    """The roles that users and groups can have in an app; an app without any knows default access only."""
    if app.kind == "microsoft" and app.app_id == GRAPH:
        return [_role("Directory.Read.All", "Application", DIRECTORY_READ_ALL)]
    if app.kind != "gallery":
        return []
    names = ("User", "Admin") if app.popularity > 20 else ("User",)
    return [_role(name, "User", named_guid(f"role {name} of {app.name}")) for name in names]


def template_id(domain: str) -> str:
    """The id of a product in Microsoft's gallery, alike in every tenant."""
    return named_guid(f"template {domain}")


def permission_role(name: str, role_id: str) -> JsonObject:
    """A permission that apps can have in their own name."""
    return _role(name, "Application", role_id)


def _third_party_columns(app: App, created: datetime) -> JsonObject:
    domain = _domain(app)
    publisher = {
        "displayName": app.name,
        "verifiedPublisherId": str(1_000_000 + len(domain) * 7919),
        "addedDateTime": zulu(created - timedelta(days=300)),
    }
    columns = {
        "appOwnerOrganizationId": named_guid(f"tenant {domain}"),
        "homepage": f"https://{domain}",
        "info": _links(domain),
        "replyUrls": [f"https://{domain}/auth/microsoft/callback"],
        "tags": [_ENTERPRISE_APP],
    }
    return columns | {"verifiedPublisher": publisher} if len(domain) % 3 else columns


def _gallery_columns(app: App, tenant_id: str, company: Company) -> JsonObject:
    domain = _domain(app)
    word = company.domain.split(".", maxsplit=1)[0]
    return {
        "applicationTemplateId": template_id(domain),
        "appOwnerOrganizationId": tenant_id,
        "appRoleAssignmentRequired": True,
        "appRoles": app_roles(app),
        "homepage": f"https://{domain}?metadata={word}|ISV9.1|primary|z",
        "info": _links(domain),
        "loginUrl": f"https://{word}.{domain}/login",
        "notificationEmailAddresses": [f"it@{company.domain}"],
        "preferredSingleSignOnMode": "saml" if len(domain) % 4 else None,
        "preferredTokenSigningKeyThumbprint": app.app_id.replace("-", "").upper() + "00C0FFEE",
        "replyUrls": [f"https://{word}.{domain}/saml/acs"],
        "samlSingleSignOnSettings": {"relayState": ""},
        "servicePrincipalNames": [f"https://{word}.{domain}", app.app_id],
        "signInAudience": "AzureADMyOrg",
        "tags": [_GALLERY_APP, _ENTERPRISE_APP],
    }


def _links(domain: str | None) -> JsonObject:
    site = f"https://{domain}" if domain else None
    return {
        "logoUrl": f"https://logos.apps.example/{domain}/logo.png" if domain else None,
        "marketingUrl": site,
        "privacyStatementUrl": f"{site}/privacy" if site else None,
        "supportUrl": f"{site}/support" if site else None,
        "termsOfServiceUrl": f"{site}/terms" if site else None,
    }


def _scopes(app: App) -> list[JsonObject]:
    return [
        {
            "adminConsentDescription": f"Allow the application to use {app.name} on behalf of the signed-in user.",
            "adminConsentDisplayName": f"Use {app.name}",
            "id": named_guid(f"scope of {app.app_id}"),
            "isEnabled": True,
            "origin": "Application",
            "type": "User",
            "userConsentDescription": None,
            "userConsentDisplayName": None,
            "value": "user_impersonation",
        }
    ]


def _role(name: str, allowed: str, role_id: str) -> JsonObject:
    return {
        "allowedMemberTypes": [allowed],
        "description": name,
        "displayName": name,
        "id": role_id,
        "isEnabled": True,
        "origin": "Application",
        "value": name if allowed == "Application" else None,
    }


def _domain(app: App) -> str:
    return app.product.domain if app.product else ""


def _host(app: App) -> str:
    return "".join(letter for letter in app.name.lower() if letter.isalpha())

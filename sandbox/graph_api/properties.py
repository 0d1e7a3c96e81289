"""Which properties an entity type of v1.0 has, and when a list returns them.

Source: the property tables of https://learn.microsoft.com/graph/api/resources/user#properties and its siblings.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Properties:
    """The properties of one entity type.

    Attributes:
        default: Returned when `$select` is absent, in this order.
        on_request: Returned only when `$select` names them.
        alone: Only to be had from a GET of a single object; 501 on a list.
    """

    default: tuple[str, ...]
    on_request: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()

    @property
    def listed(self) -> frozenset[str]:
        """All that a list can return."""
        return frozenset(self.default) | self.on_request


def _properties(default: str, on_request: str = "", alone: str = "") -> Properties:
    return Properties(tuple(default.split()), frozenset(on_request.split()), frozenset(alone.split()))


PROPERTIES: dict[str, Properties] = {
    "user": _properties(
        default="""
            businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname
            userPrincipalName id
        """,
        on_request="""
            accountEnabled ageGroup assignedLicenses assignedPlans authorizationInfo city companyName
            consentProvidedForMinor country createdDateTime creationType customSecurityAttributes deletedDateTime
            department deviceEnrollmentLimit employeeHireDate employeeId employeeLeaveDateTime employeeOrgData
            employeeType externalUserState externalUserStateChangeDateTime faxNumber identities identityParentId
            imAddresses isManagementRestricted isResourceAccount lastPasswordChangeDateTime
            legalAgeGroupClassification licenseAssignmentStates mailNickname onPremisesDistinguishedName
            onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime
            onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled
            onPremisesUserPrincipalName otherMails passwordPolicies passwordProfile postalCode preferredDataLocation
            print provisionedPlans proxyAddresses securityIdentifier serviceProvisioningErrors showInAddressList
            signInActivity signInSessionsValidFromDateTime state streetAddress usageLocation userType
        """,
        alone="""
            aboutMe birthday hireDate interests mailboxSettings mySite pastProjects preferredName responsibilities
            schools skills
        """,
    ),
    "group": _properties(
        default="""
            id deletedDateTime classification createdDateTime description displayName expirationDateTime groupTypes
            isAssignableToRole mail mailEnabled mailNickname membershipRule membershipRuleProcessingState
            onPremisesDomainName onPremisesLastSyncDateTime onPremisesNetBiosName onPremisesSamAccountName
            onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation preferredLanguage proxyAddresses
            renewedDateTime resourceProvisioningOptions securityEnabled securityIdentifier theme visibility
            onPremisesProvisioningErrors
        """,
        on_request="""
            assignedLabels assignedLicenses infoCatalogs isManagementRestricted licenseProcessingState
            onPremisesExtensionAttributes organizationId resourceBehaviorOptions serviceProvisioningErrors uniqueName
            welcomeMessageEnabled
        """,
        alone="""
            accessType allowExternalSenders autoSubscribeNewMembers hasMembersWithLicenseErrors hideFromAddressLists
            hideFromOutlookClients isArchived isFavorite isSubscribedByMail unseenConversationsCount unseenCount
            unseenMessagesCount
        """,
    ),
    "application": _properties(
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
    "servicePrincipal": _properties(
        default="""
            id deletedDateTime accountEnabled alternativeNames appDescription appDisplayName appId
            applicationTemplateId appOwnerOrganizationId appRoleAssignmentRequired createdByAppId description
            disabledByMicrosoftStatus displayName homepage info isDisabled loginUrl logoutUrl notes
            notificationEmailAddresses preferredSingleSignOnMode preferredTokenSigningKeyThumbprint replyUrls
            samlSingleSignOnSettings servicePrincipalNames servicePrincipalType signInAudience tags
            tokenEncryptionKeyId verifiedPublisher addIns appRoles keyCredentials oauth2PermissionScopes
            passwordCredentials resourceSpecificApplicationPermissions
        """,
        on_request="customSecurityAttributes",
    ),
    "device": _properties(
        default="""
            id deletedDateTime accountEnabled approximateLastSignInDateTime complianceExpirationDateTime
            deviceCategory deviceId deviceMetadata deviceOwnership deviceVersion displayName enrollmentProfileName
            enrollmentType isCompliant isManaged isManagementRestricted isRooted managementType manufacturer mdmAppId
            model onPremisesLastSyncDateTime onPremisesSecurityIdentifier onPremisesSyncEnabled operatingSystem
            operatingSystemVersion physicalIds profileType registrationDateTime systemLabels trustType
            alternativeSecurityIds
        """,
        on_request="extensionAttributes",
    ),
    "administrativeUnit": _properties(
        default="""
            id deletedDateTime description displayName isMemberManagementRestricted membershipRule
            membershipRuleProcessingState membershipType visibility
        """,
    ),
    "organization": _properties(
        default="""
            id deletedDateTime assignedPlans businessPhones city country countryLetterCode createdDateTime
            defaultUsageLocation displayName marketingNotificationEmails mobileDeviceManagementAuthority
            onPremisesLastSyncDateTime onPremisesSyncEnabled partnerTenantType postalCode preferredLanguage
            privacyProfile provisionedPlans securityComplianceNotificationMails securityComplianceNotificationPhones
            state street technicalNotificationMails tenantType verifiedDomains
        """,
    ),
    "domain": _properties(
        default="""
            id authenticationType availabilityStatus isAdminManaged isDefault isInitial isRoot isVerified manufacturer
            model passwordNotificationWindowInDays passwordValidityPeriodInDays state supportedServices
        """,
    ),
    "unifiedRoleDefinition": _properties(
        default="""
            id description displayName isBuiltIn isEnabled resourceScopes rolePermissions templateId version
        """,
        on_request="inheritsPermissionsFrom",
    ),
    "unifiedRoleAssignment": _properties(
        default="id principalId directoryScopeId roleDefinitionId appScopeId condition",
    ),
    "oAuth2PermissionGrant": _properties(default="id clientId consentType principalId resourceId scope"),
    "appRoleAssignment": _properties(
        default="""
            id deletedDateTime appRoleId createdDateTime principalDisplayName principalId principalType
            resourceDisplayName resourceId
        """,
    ),
}

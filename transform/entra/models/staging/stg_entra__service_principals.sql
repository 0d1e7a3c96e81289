with source as (
    {{
        raw('service_principals', {
            'id': 'text',
            'appId': 'text',
            'displayName': 'text',
            'appOwnerOrganizationId': 'text',
            'applicationTemplateId': 'text',
            'servicePrincipalType': 'text',
            'accountEnabled': 'boolean',
            'isDisabled': 'boolean',
            'appRoleAssignmentRequired': 'boolean',
            'preferredSingleSignOnMode': 'text',
            'homepage': 'text',
            'loginUrl': 'text',
            'replyUrls': 'json',
            'servicePrincipalNames': 'json',
            'appRoles': 'json',
            'verifiedPublisher': 'json',
            'info': 'json',
            'tags': 'json',
            'passwordCredentials': 'json',
            'keyCredentials': 'json',
            'deletedDateTime': 'timestamp',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as service_principal_id,
    "displayName" as display_name,
    "servicePrincipalType" as service_principal_type,
    "accountEnabled" as account_enabled,
    "isDisabled" as is_disabled,
    "appRoleAssignmentRequired" as app_role_assignment_required,
    "preferredSingleSignOnMode" as sign_on_mode,
    "homepage" as homepage,
    "loginUrl" as login_url,
    "replyUrls" as reply_urls,
    "servicePrincipalNames" as service_principal_names,
    "appRoles" as app_roles,
    "tags" as tags,
    case when "_sdc_deleted_at" is not null then coalesce("deletedDateTime", "_sdc_deleted_at") end as removed_at,
    {{ is_live() }} as is_live,
    {{ json_array('"passwordCredentials"') }} as password_credentials,
    {{ json_array('"keyCredentials"') }} as key_credentials,
    lower("appId") as app_id,
    lower("appOwnerOrganizationId") as owner_tenant_id,
    lower("applicationTemplateId") as application_template_id,
    {{ json_text('"info"', 'logoUrl') }} as logo_url,
    {{ json_text('"verifiedPublisher"', 'displayName') }} as verified_publisher_name,
    case
        when "verifiedPublisher" is not null
            then {{ json_text('"verifiedPublisher"', 'verifiedPublisherId') }} is not null
    end as publisher_verified
from source

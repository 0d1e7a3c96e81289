with source as (
    {{
        raw('oauth2_permission_grants', {
            'id': 'text',
            'clientId': 'text',
            'resourceId': 'text',
            'consentType': 'text',
            'principalId': 'text',
            'scope': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as grant_id,
    "clientId" as client_id,
    "resourceId" as resource_id,
    "consentType" as consent_type,
    "principalId" as principal_id,
    "scope" as scope,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

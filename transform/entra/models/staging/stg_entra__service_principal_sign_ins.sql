with source as (
    {{
        raw('service_principal_sign_ins', {
            'id': 'text',
            'createdDateTime': 'log time',
            'servicePrincipalId': 'text',
            'appId': 'text',
            'appDisplayName': 'text',
            'resourceId': 'text',
            'status': 'json',
            '_sdc_deleted_at': 'log time',
            '_sdc_batched_at': 'log time'
        })
    }}
)

select
    "id" as sign_in_id,
    "createdDateTime" as created_at,
    "servicePrincipalId" as service_principal_id,
    "appDisplayName" as app_name,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    "_sdc_batched_at" as loaded_at,
    lower(nullif("appId", '')) as app_id,
    lower(nullif("resourceId", '')) as resource_app_id,
    {{ json_integer('"status"', 'errorCode') }} as error_code
from source

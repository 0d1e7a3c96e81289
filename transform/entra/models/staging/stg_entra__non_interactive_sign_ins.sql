with source as (
    {{
        raw('non_interactive_sign_ins', {
            'id': 'text',
            'createdDateTime': 'log time',
            'userId': 'text',
            'userPrincipalName': 'text',
            'appId': 'text',
            'appDisplayName': 'text',
            'resourceId': 'text',
            'status': 'json',
            'clientAppUsed': 'text',
            'riskState': 'text',
            'riskLevelAggregated': 'text',
            '_sdc_deleted_at': 'log time',
            '_sdc_batched_at': 'log time'
        })
    }}
)

select
    "id" as sign_in_id,
    "createdDateTime" as created_at,
    "userId" as user_id,
    "appDisplayName" as app_name,
    "clientAppUsed" as client_app,
    "riskState" as risk_state,
    "riskLevelAggregated" as risk_level,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    "_sdc_batched_at" as loaded_at,
    lower(nullif("userPrincipalName", '')) as user_name,
    lower(nullif("appId", '')) as app_id,
    lower(nullif("resourceId", '')) as resource_app_id,
    {{ json_integer('"status"', 'errorCode') }} as error_code
from source

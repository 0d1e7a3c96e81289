with source as (
    {{
        raw('sign_ins', {
            'id': 'text',
            'createdDateTime': 'timestamp',
            'userId': 'text',
            'appId': 'text',
            'appDisplayName': 'text',
            'resourceId': 'text',
            'status': 'jsonb',
            '_sdc_deleted_at': 'timestamp',
            '_sdc_batched_at': 'timestamp'
        })
    }}
)

select
    "id" as sign_in_id,
    "createdDateTime" as created_at,
    "userId" as user_id,
    "appDisplayName" as app_name,
    "_sdc_deleted_at" as removed_at,
    "_sdc_batched_at" as loaded_at,
    lower(nullif("appId", '')) as app_id,
    lower(nullif("resourceId", '')) as resource_app_id,
    ("status" ->> 'errorCode')::int as error_code
from source

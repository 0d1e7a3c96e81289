with source as (
    {{
        raw('device_users', {
            'deviceId': 'text',
            'userId': 'text',
            'userType': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "deviceId" as device_object_id,
    "userId" as user_id,
    "userType" as user_type,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

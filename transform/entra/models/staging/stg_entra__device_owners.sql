with source as (
    {{
        raw('device_owners', {
            'deviceId': 'text',
            'ownerId': 'text',
            'ownerType': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "deviceId" as device_object_id,
    "ownerId" as owner_id,
    "ownerType" as owner_type,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

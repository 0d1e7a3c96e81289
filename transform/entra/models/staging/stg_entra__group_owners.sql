with source as (
    {{
        raw('group_owners', {
            'groupId': 'text',
            'ownerId': 'text',
            'ownerType': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "groupId" as group_id,
    "ownerId" as owner_id,
    "ownerType" as owner_type,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

with source as (
    {{
        raw('application_owners', {
            'applicationId': 'text',
            'ownerId': 'text',
            'ownerType': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "applicationId" as application_object_id,
    "ownerId" as owner_id,
    "ownerType" as owner_type,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

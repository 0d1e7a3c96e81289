with source as (
    {{
        raw('organization', {
            'id': 'text',
            'displayName': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as tenant_id,
    "displayName" as display_name,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

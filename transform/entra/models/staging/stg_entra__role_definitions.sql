with source as (
    {{
        raw('role_definitions', {
            'id': 'text',
            'displayName': 'text',
            'description': 'text',
            'isBuiltIn': 'boolean',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as role_id,
    "displayName" as display_name,
    "description" as description,
    "isBuiltIn" as is_built_in,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

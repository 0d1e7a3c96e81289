with source as (
    {{
        raw('administrative_units', {
            'id': 'text',
            'displayName': 'text',
            'description': 'text',
            'membershipType': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as administrative_unit_id,
    "displayName" as display_name,
    "description" as description,
    "membershipType" as membership_type,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

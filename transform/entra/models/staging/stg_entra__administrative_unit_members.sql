with source as (
    {{
        raw('administrative_unit_members', {
            'administrativeUnitId': 'text',
            'memberId': 'text',
            'memberType': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "administrativeUnitId" as administrative_unit_id,
    "memberId" as member_id,
    "memberType" as member_type,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

-- Microsoft does not report the links of what is deleted: one counts only while both ends live.
with source as (
    {{
        raw('group_members', {
            'groupId': 'text',
            'memberId': 'text',
            'memberType': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "groupId" as group_id,
    "memberId" as member_id,
    "memberType" as member_type
from source
where
    "_sdc_deleted_at" is null
    and "groupId" in (
        select groups.group_id from {{ ref('stg_entra__groups') }} as groups where groups.removed_at is null
    )
    and (
        "memberId" in (select users.user_id from {{ ref('stg_entra__users') }} as users where users.removed_at is null)
        or "memberId" in (
            select groups.group_id from {{ ref('stg_entra__groups') }} as groups where groups.removed_at is null
        )
        or "memberType" not in ('user', 'group')
    )

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
),

members as (
    select user_id as member_id from {{ ref('stg_entra__users') }} where is_live
    union all
    select group_id from {{ ref('stg_entra__groups') }} where is_live
)

select
    source."groupId" as group_id,
    source."memberId" as member_id,
    source."memberType" as member_type
from source
inner join {{ ref('stg_entra__groups') }} as groups on source."groupId" = groups.group_id and groups.is_live
left join members on source."memberId" = members.member_id
where
    {{ is_live('source') }}
    and (members.member_id is not null or source."memberType" not in ('user', 'group'))

-- People in groups inside the groups that an app is assigned to. They look as if they had access, and have none.
with recursive assigned as (
    select distinct
        apps.app_id,
        assignments.principal_id as group_id
    from {{ ref('stg_entra__app_role_assignments') }} as assignments
    inner join {{ ref('int_entra__apps') }} as apps
        on assignments.resource_id = apps.service_principal_id and apps.removed_at is null
    where assignments.is_live and assignments.principal_type = 'Group'
),

-- `union`, not `union all`: groups may lie inside each other in a circle.
nested as (
    select
        assigned.app_id,
        members.member_id as group_id
    from assigned
    inner join {{ ref('stg_entra__group_members') }} as members
        on assigned.group_id = members.group_id and members.member_type = 'group'
    union
    select
        nested.app_id,
        members.member_id
    from nested
    inner join {{ ref('stg_entra__group_members') }} as members
        on nested.group_id = members.group_id and members.member_type = 'group'
)

select
    nested.app_id,
    count(distinct members.member_id) as people
from nested
inner join {{ ref('stg_entra__group_members') }} as members on nested.group_id = members.group_id
inner join {{ ref('int_entra__people') }} as people on members.member_id = people.user_id and people.is_in_service
left join {{ ref('int_entra__seats') }} as seats on nested.app_id = seats.app_id and members.member_id = seats.user_id
where seats.user_id is null
group by nested.app_id

-- One row a person who may activate admin roles, directly or through a group.
with eligible as (
    select
        schedules.principal_id,
        coalesce(roles.display_name, schedules.role_id) as role_name
    from {{ ref('stg_entra__role_eligibility_schedules') }} as schedules
    left join {{ ref('stg_entra__role_definitions') }} as roles on schedules.role_id = roles.role_id
    where
        schedules.is_live
        and coalesce(schedules.starts_at <= {{ as_of() }}, true)
        and coalesce(schedules.ends_at > {{ as_of() }}, true)
),

held as (
    select
        people.user_id,
        eligible.role_name
    from eligible
    inner join {{ ref('int_entra__people') }} as people on eligible.principal_id = people.user_id
    union
    select
        people.user_id,
        eligible.role_name
    from eligible
    inner join {{ ref('stg_entra__group_members') }} as members on eligible.principal_id = members.group_id
    inner join {{ ref('int_entra__people') }} as people on members.member_id = people.user_id
)

select
    user_id,
    array_agg(role_name order by role_name) as roles
from held
group by user_id

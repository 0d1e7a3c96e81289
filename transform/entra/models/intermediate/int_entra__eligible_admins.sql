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

principal_people as (
    {{ principal_people() }}
)

select
    people.user_id,
    array_agg(distinct eligible.role_name order by eligible.role_name) as roles
from eligible
inner join principal_people as people on eligible.principal_id = people.principal_id
group by people.user_id

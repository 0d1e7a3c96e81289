-- One row a person and admin role, held directly or through a group. Only groups made for it can hold roles, and those
-- cannot lie inside each other.
with assignments as (
    select
        assignments.principal_id,
        assignments.role_id,
        coalesce(roles.display_name, assignments.role_id) as role_name
    from {{ ref('stg_entra__role_assignments') }} as assignments
    left join {{ ref('stg_entra__role_definitions') }} as roles on assignments.role_id = roles.role_id
    where assignments.is_live
),

held as (
    select
        people.user_id,
        assignments.role_id,
        assignments.role_name
    from assignments
    inner join {{ ref('int_entra__people') }} as people on assignments.principal_id = people.user_id
    union
    select
        members.member_id,
        assignments.role_id,
        assignments.role_name
    from assignments
    inner join {{ ref('stg_entra__group_members') }} as members on assignments.principal_id = members.group_id
    inner join {{ ref('int_entra__people') }} as people on members.member_id = people.user_id
)

select
    user_id,
    role_id,
    role_name
from held

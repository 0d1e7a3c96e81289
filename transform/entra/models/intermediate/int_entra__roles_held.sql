-- One row a person and admin role, held directly or through a group. Only groups made for it can hold roles, and those
-- cannot lie inside each other.
-- What somebody who is eligible has activated is held for some hours only.
with activated as (
    select
        principal_id,
        role_id,
        coalesce(directory_scope_id, '/') as directory_scope_id
    from {{ ref('stg_entra__role_assignment_schedules') }}
    where is_live
    group by principal_id, role_id, coalesce(directory_scope_id, '/')
    having bool_and(assignment_type = 'Activated')
),

assignments as (
    select
        assignments.principal_id,
        assignments.role_id,
        coalesce(roles.display_name, assignments.role_id) as role_name,
        -- Over a part of the directory, such as one administrative unit, a role can do less than over the whole.
        case
            when coalesce(assignments.directory_scope_id, '/') = '/' then coalesce(weights.weight, 'medium')
            when weights.weight = 'high' then 'medium'
            else 'low'
        end as weight,
        activated.principal_id is null as is_standing
    from {{ ref('stg_entra__role_assignments') }} as assignments
    left join {{ ref('stg_entra__role_definitions') }} as roles on assignments.role_id = roles.role_id
    left join {{ ref('entra__role_weights') }} as weights on lower(assignments.role_id) = weights.role_id
    left join activated
        on
            assignments.principal_id = activated.principal_id
            and assignments.role_id = activated.role_id
            and coalesce(assignments.directory_scope_id, '/') = activated.directory_scope_id
    where assignments.is_live
),

principal_people as (
    {{ principal_people() }}
)

select
    people.user_id,
    assignments.role_id,
    max(assignments.role_name) as role_name,
    {{ severity_of('min(' ~ severity_rank('assignments.weight') ~ ')') }} as weight,
    bool_or(assignments.is_standing) as is_standing
from assignments
inner join principal_people as people on assignments.principal_id = people.principal_id
group by people.user_id, assignments.role_id

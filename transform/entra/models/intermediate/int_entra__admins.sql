-- One row a person who holds admin roles, with their names.
with held as (
    select
        user_id,
        role_name,
        min({{ severity_rank('weight') }}) as weight_rank
    from {{ ref('int_entra__roles_held') }}
    group by user_id, role_name
)

select
    user_id,
    array_agg(role_name order by role_name) as roles,
    array_to_string(array_agg(role_name order by weight_rank, role_name), ', ') as roles_by_weight,
    ({{ severities() }})[min(weight_rank)] as weight
from held
group by user_id

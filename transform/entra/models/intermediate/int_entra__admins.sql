-- One row a person who holds admin roles, with their names.
with held as (
    select
        user_id,
        role_name,
        min({{ severity_rank('weight') }}) as weight_rank,
        bool_or(is_standing) as is_standing
    from {{ ref('int_entra__roles_held') }}
    group by user_id, role_name
)

select
    held.user_id,
    array_agg(held.role_name order by held.role_name) as roles,
    {{ joined('array_agg(held.role_name order by held.weight_rank, held.role_name)', ', ') }} as roles_by_weight,
    {{ severity_of('min(held.weight_rank)') }} as weight,
    bool_or(held.is_standing) filter (where known.standing_roles) as is_standing
from held
cross join {{ ref('int_entra__known') }} as known
group by held.user_id

-- One row a person who holds admin roles, with their names.
select
    user_id,
    array_agg(distinct role_name order by role_name) as roles
from {{ ref('int_entra__roles_held') }}
group by user_id

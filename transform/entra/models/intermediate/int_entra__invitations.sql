-- One row a guest whose invitation the audit log has, with who invited.
select distinct on (target_id)
    target_id as user_id,
    happened_at as invited_at,
    by_id,
    by_name
from {{ ref('int_entra__directory_changes') }}
where activity = 'Invite external user' and target_id is not null
order by target_id asc, happened_at desc nulls first

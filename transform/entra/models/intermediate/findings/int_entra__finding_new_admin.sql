-- Somebody was given an admin role in the last days.
with given as (
    select distinct on (target_id)
        target_id as user_id,
        happened_at,
        by_name
    from {{ ref('int_entra__directory_changes') }}
    where activity = 'Add member to role' and is_new
    order by target_id asc, happened_at desc nulls first
)

select
    case roles.weight when 'high' then 'medium' else 'info' end as severity,
    people.name || ' was given an admin role ' || {{ ago('given.happened_at') }}
    || coalesce(' by ' || given.by_name, '') || ' and is now ' || roles.roles_by_weight as title,
    'employee' as subject_type,
    people.user_id as subject_id,
    people.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    1 as people,
    'audit log' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'roles': json_of_texts('roles.roles'),
        'given_at': json_moment('given.happened_at'),
        'given_by': 'given.by_name',
        'held_all_the_time': 'roles.is_standing',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Check that this was agreed, and that the role is no larger than the work.' as what_to_do
from given
inner join {{ ref('int_entra__people') }} as people on given.user_id = people.user_id and people.is_in_service
inner join {{ ref('int_entra__admins') }} as roles on given.user_id = roles.user_id
cross join {{ ref('int_entra__known') }} as known
-- A weightier role may be held through a group that is not known.
where
    (known.roles or roles.weight = 'high')
    -- Who is eligible and activates a role is no new admin.
    and coalesce(roles.is_standing, true)

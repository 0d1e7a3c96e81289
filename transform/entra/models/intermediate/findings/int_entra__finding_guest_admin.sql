-- Somebody of another company holds an admin role here.
select
    roles.weight as severity,
    'The guest ' || people.name || ' is ' || roles.roles_by_weight as title,
    'employee' as subject_type,
    people.user_id as subject_id,
    people.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    1 as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'roles': json_of_texts('roles.roles'),
        'invited_by': 'invitations.by_name',
        'last_sign_in_at': json_moment('people.last_sign_in_at'),
        'held_all_the_time': 'roles.is_standing',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Take the role back. If the work needs it, give an account of your own, or the role for a limited time.'
        as what_to_do
from {{ ref('int_entra__admins') }} as roles
inner join {{ ref('int_entra__people') }} as people
    on roles.user_id = people.user_id and people.is_in_service and people.user_type = 'guest'
cross join {{ ref('int_entra__known') }} as known
left join {{ ref('int_entra__invitations') }} as invitations on people.user_id = invitations.user_id
-- A weightier role may be held through a group that is not known.
where known.roles or roles.weight = 'high'

-- Somebody holds an admin role, and a phone number or a mail address is the only second factor.
select
    case roles.weight when 'high' then 'medium' else 'low' end as severity,
    people.name || ' is ' || roles.roles_by_weight || ' and has no better second factor than '
    || {{ joined('factors.methods', ', ') }} as title,
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
        'methods': json_of_texts('factors.methods'),
        'held_all_the_time': 'roles.is_standing',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Have a passkey, a security key or the Authenticator set up, then remove the weak ways.' as what_to_do
from {{ ref('int_entra__admins') }} as roles
inner join {{ ref('int_entra__people') }} as people
    on roles.user_id = people.user_id and people.is_in_service and people.is_person
inner join {{ ref('int_entra__second_factors') }} as factors
    on roles.user_id = factors.user_id and factors.strength = 'weak'
cross join {{ ref('int_entra__known') }} as known
-- A weightier role may be held through a group that is not known.
where known.roles or roles.weight = 'high'

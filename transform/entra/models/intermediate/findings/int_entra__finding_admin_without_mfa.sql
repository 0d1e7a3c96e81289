-- Somebody holds an admin role and signs in with a password alone.
select
    case when domains.is_federated then 'check' else roles.weight end as severity,
    people.name || ' is ' || roles.roles_by_weight || ' and has no second factor'
    || case when domains.is_federated then ' in Entra' else '' end as title,
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
        'weight': "case when known.roles or roles.weight = 'high' then roles.weight end",
        'held_all_the_time': 'roles.is_standing',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    case
        when domains.is_federated
            then 'Another sign-in service may ask for a second factor: look there. If it does not, have one set up.'
        else 'Have a second factor set up, or take the role back.'
    end as what_to_do
from {{ ref('int_entra__admins') }} as roles
inner join {{ ref('int_entra__people') }} as people
    on roles.user_id = people.user_id and people.is_in_service and people.is_person
inner join {{ ref('stg_entra__user_registration_details') }} as registration
    on roles.user_id = registration.user_id and registration.is_live
left join {{ ref('int_entra__domains') }} as domains
    on lower(split_part(people.user_principal_name, '@', 2)) = domains.domain
cross join {{ ref('int_entra__known') }} as known
where
    not registration.is_mfa_registered
    and known.sign_in_services
    -- A weightier role may be held through a group that is not known.
    and (known.roles or roles.weight = 'high')

-- Somebody holds an admin role and signs in with a password alone.
select
    'high' as severity,
    people.name || ' is ' || array_to_string(roles.roles, ', ') || ' and has no second factor' as title,
    'employee' as subject_type,
    people.user_id as subject_id,
    people.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    1 as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    jsonb_build_object('roles', to_jsonb(roles.roles)) as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Have a second factor set up, or take the role back.' as what_to_do
from {{ ref('int_entra__admins') }} as roles
inner join {{ ref('int_entra__people') }} as people on roles.user_id = people.user_id and people.is_in_service
inner join {{ ref('stg_entra__user_registration_details') }} as registration
    on roles.user_id = registration.user_id and registration.is_live
where not registration.is_mfa_registered

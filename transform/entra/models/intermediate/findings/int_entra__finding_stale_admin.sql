-- A person holds an admin role and does not sign in: if the account is stolen, its owner does not notice.
with admins as (
    select
        people.user_id,
        people.name,
        people.last_sign_in_at,
        people.last_attempt_at,
        people.last_seen_at,
        roles.roles,
        roles.roles_by_weight,
        roles.weight,
        roles.is_standing,
        observation.interactive_since,
        observation.all_since,
        observation.summed_since,
        {{ proof_of_disuse(var('stale_admin_days'), 'people.is_in_report') }} as evidence
    from {{ ref('int_entra__admins') }} as roles
    cross join {{ ref('int_entra__observation') }} as observation
    cross join {{ ref('int_entra__known') }} as known
    inner join {{ ref('int_entra__people') }} as people
        on roles.user_id = people.user_id and people.is_in_service and people.account_kind = 'person'
    where
        -- A weightier role may be held through a group that is not known.
        (known.roles or roles.weight = 'high')
        and {{ is_absent(var('stale_admin_days')) }}
)

select
    case when observation.evidence = 'interactive sign-ins' then 'check' else observation.weight end as severity,
    observation.name || ' is ' || observation.roles_by_weight
    || ' and ' || {{ away_for(var('stale_admin_days')) }} as title,
    'employee' as subject_type,
    observation.user_id as subject_id,
    observation.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    1 as people,
    observation.evidence,
    {{ proof_since('observation.evidence') }} as observed_since,
    {{ json_object({
        'last_sign_in_at': json_moment('observation.last_sign_in_at'),
        'last_attempt_at': json_moment('observation.last_attempt_at'),
        'roles': json_of_texts('observation.roles'),
        'held_all_the_time': 'observation.is_standing',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Take the role back. If it is an account for emergencies, write down that it is, and watch it.' as what_to_do
from admins as observation
where observation.evidence is not null

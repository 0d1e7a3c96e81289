-- Somebody tries to get into an app again and again, and does not.
with attempts as (
    select
        user_id,
        app_id,
        sum(failures) as failures
    from {{ ref('entra__app_usage') }}
    where {{ within_days('day', 7) }}
    group by user_id, app_id
    having sum(failures) >= {{ var('failing_sign_ins') }} and sum(sign_ins) = 0
)

select
    'low' as severity,
    people.name || ' failed ' || attempts.failures || ' times to sign in to '
    || apps.name as title,
    'employee' as subject_type,
    people.user_id as subject_id,
    people.name as subject_name,
    attempts.app_id as related_id,
    apps.name as related_name,
    1 as people,
    observation.evidence,
    observation.observed_since,
    jsonb_build_object('failures', attempts.failures, 'days', 7) as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Look at the reasons in the sign-in log: a forgotten password, a policy that blocks, or somebody else who tries.'
        as what_to_do
from attempts
cross join {{ ref('int_entra__observation') }} as observation
inner join {{ ref('int_entra__people') }} as people
    on attempts.user_id = people.user_id and people.account_state != 'left'
inner join {{ ref('int_entra__apps') }} as apps on attempts.app_id = apps.app_id
where observation.evidence is not null

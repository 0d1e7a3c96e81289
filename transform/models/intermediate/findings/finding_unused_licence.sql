-- A person has a licence and does not sign in to anything.
with held as (
    select
        people.user_id,
        people.name,
        people.last_sign_in_at,
        licences.sku_id,
        licences.name as licence_name,
        licences.monthly_price,
        licences.currency,
        observation.interactive_since,
        observation.all_since,
        {{ proof_of_disuse(var('unused_days'), 'people.is_in_report') }} as evidence
    from {{ ref('int_licences_held') }} as held
    cross join {{ ref('int_observation') }} as observation
    inner join {{ ref('int_people') }} as people on held.user_id = people.user_id and people.is_in_service
    inner join {{ ref('int_licences') }} as licences on held.sku_id = licences.sku_id and not licences.is_free
    where
        people.created_at <= {{ days_ago(var('unused_days')) }}
        and coalesce(people.last_sign_in_at < {{ days_ago(var('unused_days')) }}, true)
)

select
    {{ severity_by_evidence('observation.evidence', 'medium') }} as severity,
    observation.name || ' has ' || observation.licence_name
    || ' and has not signed in for {{ var("unused_days") }} days' as title,
    'employee' as subject_type,
    observation.user_id as subject_id,
    observation.name as subject_name,
    observation.sku_id as related_id,
    observation.licence_name as related_name,
    1 as people,
    observation.evidence,
    {{ proof_since('observation.evidence') }} as observed_since,
    jsonb_build_object('last_sign_in_at', observation.last_sign_in_at) as details,
    case when observation.evidence != 'interactive sign-ins' then observation.monthly_price end
        as estimated_monthly_saving,
    case when observation.evidence != 'interactive sign-ins' then observation.currency end as currency,
    'Ask the manager whether the account is needed; if not, take the licence back.' as what_to_do
from held as observation
where observation.evidence is not null

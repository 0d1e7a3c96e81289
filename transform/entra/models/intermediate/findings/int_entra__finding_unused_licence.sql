-- A person has a licence and does not sign in to anything.
with held as (
    select
        absent.*,
        licences.sku_id,
        licences.name as licence_name,
        licences.monthly_price,
        licences.currency
    from {{ ref('int_entra__licences_held') }} as held
    inner join {{ ref('int_entra__absent_people') }} as absent on held.user_id = absent.user_id
    inner join {{ ref('int_entra__licences') }} as licences on held.sku_id = licences.sku_id and not licences.is_free
)

select
    {{ severity_by_evidence('observation.evidence', 'medium') }} as severity,
    observation.name || ' has ' || observation.licence_name
    || ' and ' || {{ away_for(var('unused_days')) }} as title,
    'employee' as subject_type,
    observation.user_id as subject_id,
    observation.name as subject_name,
    observation.sku_id as related_id,
    observation.licence_name as related_name,
    1 as people,
    observation.evidence,
    observation.observed_since,
    {{ json_object({
        'last_sign_in_at': json_moment('observation.last_sign_in_at'),
        'last_attempt_at': json_moment('observation.last_attempt_at'),
    }) }} as details,
    case when observation.evidence != 'interactive sign-ins' then observation.monthly_price end
        as estimated_monthly_saving,
    case when observation.evidence != 'interactive sign-ins' then observation.currency end as currency,
    'Ask the manager whether the account is needed; if not, take the licence back.' as what_to_do
from held as observation

-- Enabled people who provably have not signed in to anything for so long that what they hold counts as unused.
with absent as (
    select
        people.user_id,
        people.name,
        people.account_state,
        coalesce(people.department, '(none)') as department,
        people.last_sign_in_at,
        people.last_attempt_at,
        people.last_seen_at,
        observation.interactive_since,
        observation.all_since,
        observation.summed_since,
        {{ proof_of_disuse(var('unused_days'), 'people.is_in_report') }} as evidence
    from {{ ref('int_entra__people') }} as people
    cross join {{ ref('int_entra__observation') }} as observation
    where people.is_in_service and people.account_kind = 'person' and {{ is_absent(var('unused_days')) }}
)

select
    observation.user_id,
    observation.name,
    observation.account_state,
    observation.department,
    observation.last_sign_in_at,
    observation.last_attempt_at,
    observation.last_seen_at,
    observation.evidence,
    {{ proof_since('observation.evidence') }} as observed_since
from absent as observation
where observation.evidence is not null

-- A guest was invited and does not come any more, or never did.
with guests as (
    select
        people.user_id,
        people.name,
        people.created_at,
        people.external_user_state,
        people.last_sign_in_at,
        people.last_attempt_at,
        people.last_seen_at,
        observation.interactive_since,
        observation.all_since,
        observation.summed_since,
        {{ proof_of_disuse(var('quiet_guest_days'), 'people.is_in_report') }} as evidence
    from {{ ref('int_entra__people') }} as people
    cross join {{ ref('int_entra__observation') }} as observation
    where
        people.account_state = 'guest'
        and people.account_kind = 'person'
        and {{ is_absent(var('quiet_guest_days')) }}
)

select
    {{ severity_by_evidence('observation.evidence', 'low') }} as severity,
    'The guest ' || observation.name
    || ' ' || {{ away_for(var('quiet_guest_days')) }} as title,
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
        'invited_at': json_moment('observation.created_at'),
        'invitation': 'observation.external_user_state',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Ask the person who invited the guest, and remove the account if it is not needed.' as what_to_do
from guests as observation
where observation.evidence is not null

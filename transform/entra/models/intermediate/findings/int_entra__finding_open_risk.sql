{{ config(materialized='table') }}

-- Microsoft reports sign-ins of a person as risky, and the risk is not seen to.
with judged as (
    {% for log in ['sign_ins', 'non_interactive_sign_ins'] %}
    select
        user_id,
        risk_state,
        case when lower(risk_level) in ('high', 'medium') then lower(risk_level) else 'low' end as level,
        created_at
    from {{ ref('stg_entra__' ~ log) }}
    where
        risk_state in ('atRisk', 'confirmedCompromised', 'remediated', 'dismissed', 'confirmedSafe')
        and {{ counts_as_use() }}
        and created_at >= {{ days_ago(var('active_days')) }}
        and created_at <= {{ as_of() }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- What was seen to at a person is seen to, whatever came before.
settled as (
    select
        user_id,
        max(created_at) as settled_at
    from judged
    where risk_state in ('remediated', 'dismissed', 'confirmedSafe')
    group by user_id
),

by_person as (
    select
        judged.user_id,
        count(*)::int as sign_ins,
        max(judged.created_at) as last_at,
        {{ severity_of('min(' ~ severity_rank('judged.level') ~ ')') }} as level,
        bool_or(judged.risk_state = 'confirmedCompromised') as is_compromised
    from judged
    left join settled on judged.user_id = settled.user_id
    where
        judged.risk_state in ('atRisk', 'confirmedCompromised')
        and coalesce(judged.created_at > settled.settled_at, true)
    group by judged.user_id
)

select
    case when by_person.is_compromised then 'high' else by_person.level end as severity,
    {{ number_of('by_person.sign_ins', 'One sign-in', 'sign-ins') }} || ' of ' || people.name
    || ' look' || case when by_person.sign_ins = 1 then 's' else '' end || ' risky to Microsoft' as title,
    'employee' as subject_type,
    people.user_id as subject_id,
    people.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    1 as people,
    observation.evidence,
    observation.observed_since,
    {{ json_object({
        'level': 'by_person.level',
        'sign_ins': 'by_person.sign_ins',
        'days': var('active_days'),
        'confirmed': 'by_person.is_compromised',
        'last_at': json_moment('by_person.last_at'),
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Ask the person whether it was them. If not: reset the password, end all sessions, then confirm it in Entra.'
        as what_to_do
from by_person
inner join {{ ref('int_entra__people') }} as people on by_person.user_id = people.user_id and people.is_in_service
cross join {{ ref('int_entra__observation') }} as observation
where observation.evidence is not null

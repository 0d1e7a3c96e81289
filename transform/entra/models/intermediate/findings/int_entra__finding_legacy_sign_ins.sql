{{ config(materialized='table') }}

-- A client signs in by a way that knows no second factor.
with sign_ins as (
    {% for log in ['sign_ins', 'non_interactive_sign_ins'] %}
    select
        user_id,
        app_id,
        client_app,
        created_at
    from {{ ref('stg_entra__' ~ log) }}
    where
        lower(client_app) in {{ legacy_clients() }}
        and error_code = 0
        and {{ counts_as_use() }}
        and created_at >= {{ days_ago(var('active_days')) }}
        and created_at <= {{ as_of() }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

by_person as (
    select
        sign_ins.user_id,
        count(*)::int as sign_ins,
        max(sign_ins.created_at) as last_at,
        array_agg(distinct sign_ins.client_app order by sign_ins.client_app) as clients,
        array_agg(distinct apps.name order by apps.name) as apps
    from sign_ins
    inner join {{ ref('int_entra__apps') }} as apps on sign_ins.app_id = apps.app_id
    group by sign_ins.user_id
)

select
    'medium' as severity,
    people.name || ' signed in by ' || {{ joined('by_person.clients', ', ') }}
    || ', which asks for no second factor' as title,
    'employee' as subject_type,
    people.user_id as subject_id,
    people.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    1 as people,
    observation.evidence,
    observation.observed_since,
    {{ json_object({
        'clients': json_of_texts('by_person.clients'),
        'apps': json_of_texts('by_person.apps'),
        'sign_ins': 'by_person.sign_ins',
        'days': var('active_days'),
        'last_at': json_moment('by_person.last_at'),
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Move the client to a way of signing in that asks for one, then block old ways by Conditional Access.'
        as what_to_do
from by_person
inner join {{ ref('int_entra__people') }} as people on by_person.user_id = people.user_id and people.is_in_service
cross join {{ ref('int_entra__observation') }} as observation
where observation.evidence is not null

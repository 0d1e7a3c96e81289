-- People use a tool of artificial intelligence. New ones come first.
with apps as (
    select
        apps.*,
        -- Without three times as many days of logs, all apps would look new.
        coalesce(
            apps.first_use_at > {{ days_ago(var('new_days')) }}
            and observation.observed_since <= {{ days_ago(3 * var('new_days')) }},
            false
        ) as is_new,
        observation.evidence,
        observation.observed_since
    from {{ ref('int_entra__apps') }} as apps
    cross join {{ ref('int_entra__observation') }} as observation
)

select
    case when apps.is_new then 'medium' else 'info' end as severity,
    {{ number_of('windows.people_30d', 'One person uses', 'people use') }} || ' the AI tool ' || apps.name
    || case when apps.is_new then ', first seen ' || {{ ago('apps.first_use_at') }} else '' end as title,
    'application' as subject_type,
    apps.app_id as subject_id,
    apps.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    windows.people_30d::int as people,
    apps.evidence,
    apps.observed_since,
    {{ json_object({
        'product': 'apps.product',
        'category': 'apps.category',
        'people_30d': 'windows.people_30d',
        'first_use_at': json_moment('apps.first_use_at'),
        'decision': 'decisions.decision',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Agree on what may be given to it, and write down in the seed app_decisions whether it is approved.' as what_to_do
from apps
inner join {{ ref('int_entra__app_windows') }} as windows on apps.app_id = windows.app_id and windows.people_30d > 0
cross join {{ ref('int_entra__known') }} as known
left join {{ ref('int_entra__app_decisions') }} as decisions on apps.app_id = decisions.app_id
where
    known.app_kinds
    and apps.evidence is not null
    and apps.is_in_service
    and apps.kind = 'third_party'
    and apps.category in {{ ai_categories() }}
    and coalesce(decisions.decision not in ('approved', 'not permitted', 'ignored'), true)

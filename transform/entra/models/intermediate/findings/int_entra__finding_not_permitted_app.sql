-- People use an app that the company does not permit.
select
    'medium' as severity,
    apps.name || ' is not permitted, and '
    || {{ number_of('windows.people_30d', 'one person signed', 'people signed') }}
    || ' in to it in the last 30 days' as title,
    'application' as subject_type,
    apps.app_id as subject_id,
    apps.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    windows.people_30d::int as people,
    observation.evidence,
    observation.observed_since,
    {{ json_object({
        'people_30d': 'windows.people_30d',
        'sign_ins_30d': 'windows.sign_ins_30d',
        'last_use_at': json_moment('apps.last_use_at'),
        'owner': 'decisions.owner',
        'note': 'decisions.note',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Ask the people who use it what they need it for. Then disable the app, or permit it in the seed app_decisions.'
        as what_to_do
from {{ ref('int_entra__app_decisions') }} as decisions
inner join {{ ref('int_entra__apps') }} as apps on decisions.app_id = apps.app_id
inner join {{ ref('int_entra__app_windows') }} as windows on decisions.app_id = windows.app_id
cross join {{ ref('int_entra__observation') }} as observation
where decisions.decision = 'not permitted' and windows.people_30d > 0 and observation.evidence is not null

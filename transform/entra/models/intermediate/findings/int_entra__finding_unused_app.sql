-- Neither people nor apps use an app any more.
with app_only as (
    select
        app_id,
        max(created_at) as last_at
    from {{ ref('stg_entra__service_principal_sign_ins') }}
    where error_code = 0 and created_at >= {{ days_ago(var('unused_days')) }}
    group by app_id
),

-- Also assignments to disabled people and empty groups: they tell how long the app has been here.
given as (
    select
        resource_id,
        min(assigned_at) as first_assigned_at
    from {{ ref('stg_entra__app_role_assignments') }}
    where is_live
    group by resource_id
),

apps as (
    select
        apps.app_id,
        apps.name,
        apps.last_reported_activity_at,
        apps.last_use_at,
        case when known.group_seats then seats.people_with_access end as people_with_access,
        observation.interactive_since,
        observation.all_since,
        observation.summed_since,
        observation.apps_since,
        {{ proof_of_disuse(
            var('unused_days'),
            'observation.app_report_is_current and apps.last_reported_activity_at < ' ~ days_ago(var('unused_days'))
        ) }} as evidence,
        least(apps.registered_at, given.first_assigned_at, apps.first_use_at) as known_since
    from {{ ref('int_entra__apps') }} as apps
    cross join {{ ref('int_entra__observation') }} as observation
    cross join {{ ref('int_entra__known') }} as known
    left join {{ ref('int_entra__seat_counts') }} as seats on apps.app_id = seats.app_id
    left join given on apps.service_principal_id = given.resource_id
    left join app_only on apps.app_id = app_only.app_id
    where
        apps.is_in_service
        and apps.kind in ('third_party', 'in_house')
        and coalesce(apps.last_logged_use_at < {{ days_ago(var('unused_days')) }}, true)
        and coalesce(apps.last_reported_activity_at < {{ days_ago(var('unused_days')) }}, true)
        and app_only.app_id is null
)

select
    -- The logs of people say nothing of an app that works by itself.
    case
        when observation.evidence = 'activity report' then 'medium'
        when
            observation.evidence in ('all sign-ins', 'summaries')
            and observation.apps_since <= {{ days_ago(var('unused_days')) }}
            then 'medium'
        else 'check'
    end as severity,
    observation.name || ' has not been used for {{ in_days(var("unused_days")) }}' as title,
    'application' as subject_type,
    observation.app_id as subject_id,
    observation.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    observation.people_with_access::int as people,
    observation.evidence,
    {{ proof_since('observation.evidence') }} as observed_since,
    {{ json_object({
        'last_use_at': json_moment('observation.last_use_at'),
        'last_activity_at': json_moment('observation.last_reported_activity_at'),
        'people_with_access': 'observation.people_with_access',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Ask its owner. If it is not needed: end the contract, then remove or disable the app.' as what_to_do
from apps as observation
where
    observation.evidence is not null
    -- A report speaks of the past; that logs show nothing means nothing for an app that was not there yet.
    and (observation.evidence = 'activity report' or observation.known_since <= {{ days_ago(var('unused_days')) }})

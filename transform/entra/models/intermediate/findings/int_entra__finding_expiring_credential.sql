-- A secret or certificate of an app has expired, or expires soon. One of the same type that is valid for longer
-- replaces it.
with app_only as (
    select
        app_id,
        max(created_at) as last_at
    from {{ ref('stg_entra__service_principal_sign_ins') }}
    where error_code = 0 and created_at >= {{ days_ago(var('active_days')) }}
    group by app_id
),

latest as (
    select
        app_id,
        type,
        max(ends_at) as ends_at
    from {{ ref('int_entra__credentials') }}
    group by app_id, type
),

expiring as (
    select
        credentials.app_id,
        credentials.key_id,
        credentials.name as secret_name,
        credentials.type,
        credentials.ends_at,
        apps.name as app_name,
        latest.ends_at as latest_ends_at,
        credentials.ends_at < {{ as_of() }} as has_expired,
        latest.ends_at > credentials.ends_at and latest.ends_at >= {{ as_of() }} as is_replaced,
        greatest(apps.last_use_at, apps.last_reported_activity_at, app_only.last_at) as last_use_at,
        abs(credentials.ends_at::date - {{ as_of() }}::date) as days
    from {{ ref('int_entra__credentials') }} as credentials
    inner join latest on credentials.app_id = latest.app_id and credentials.type = latest.type
    inner join {{ ref('int_entra__apps') }} as apps on credentials.app_id = apps.app_id and apps.is_in_service
    cross join {{ ref('int_entra__known') }} as known
    left join app_only on credentials.app_id = app_only.app_id
    where known.credentials and credentials.ends_at < {{ as_of() }} + interval '{{ var("credential_days") }} days'
)

select
    case
        when is_replaced then 'low'
        when not has_expired then 'medium'
        when last_use_at >= {{ days_ago(var('active_days')) }} then 'high'
        else 'low'
    end as severity,
    'The ' || type || coalesce(' "' || secret_name || '"', '') || ' of ' || app_name
    || case
        when has_expired and days = 0 then ' has expired today'
        when has_expired then ' expired ' || {{ number_of('days', 'one day', 'days') }} || ' ago'
        when days = 0 then ' expires today'
        else ' expires in ' || {{ number_of('days', 'one day', 'days') }}
    end as title,
    'application' as subject_type,
    app_id as subject_id,
    app_name as subject_name,
    key_id as related_id,
    secret_name as related_name,
    null::int as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'type': 'type',
        'ends_at': json_moment('ends_at'),
        'another_one_ends_at': json_moment('case when is_replaced then latest_ends_at end'),
        'last_use_at': json_moment('last_use_at'),
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    case
        when is_replaced and has_expired then 'Another ' || type || ' is valid: remove this one.'
        when is_replaced then 'Another ' || type || ' is valid for longer: see to it that the app uses that one.'
        when
            not has_expired
            then 'Make a new ' || type || ', and have the people who run the app put it in before this one ends.'
        when last_use_at >= {{ days_ago(var('active_days')) }}
            then
                'The app is in use and has no valid ' || type || '. If it does not need one any more, remove it; else '
                || 'make a new one.'
        else 'Remove it. If nothing uses the app any more, remove the app.'
    end as what_to_do
from expiring

-- An account fails to sign in again and again, in one app or spread over several.
with failed as (
    select * from {{ ref('int_entra__week_failures') }}
),

by_app as (
    select
        failed.user_id,
        failed.app_id,
        apps.name,
        sum(failed.failures)::int as failures
    from failed
    inner join {{ ref('int_entra__apps') }} as apps on failed.app_id = apps.app_id
    group by failed.user_id, failed.app_id, apps.name
),

by_code as (
    select
        user_id,
        error_code,
        sum(failures)::int as failures
    from failed
    group by user_id, error_code
),

apps as (
    select
        user_id,
        sum(failures)::int as failures,
        count(*)::int as apps,
        min(app_id) as app_id,
        min(name) as name,
        {{ json_rows(
            json_object({'app': 'name', 'failures': 'failures'}),
            'failures desc, name asc'
        ) }} as details
    from by_app
    group by user_id
    having sum(failures) >= {{ var('failing_sign_ins') }}
),

reasons as (
    select
        user_id,
        {{ first_of('error_code', 'failures desc, error_code asc') }} as most_frequent,
        {{ json_rows(
            json_object({'code': 'error_code', 'words': sign_in_error_words('error_code'), 'failures': 'failures'}),
            'failures desc, error_code asc'
        ) }} as details
    from by_code
    group by user_id
)

select
    'low' as severity,
    people.name || case when people.account_state = 'disabled' then ' is disabled and' else '' end
    || ' failed ' || apps.failures || ' times to sign in to '
    || case when apps.apps = 1 then apps.name else apps.apps || ' apps' end
    || ': ' || {{ sign_in_error_words('reasons.most_frequent') }} as title,
    'employee' as subject_type,
    people.user_id as subject_id,
    people.name as subject_name,
    case when apps.apps = 1 then apps.app_id end as related_id,
    case when apps.apps = 1 then apps.name end as related_name,
    1 as people,
    observation.evidence,
    observation.observed_since,
    {{ json_object({
        'failures': 'apps.failures',
        'days': '7',
        'account_state': 'people.account_state',
        'apps': 'apps.details',
        'codes': 'reasons.details',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    case
        when people.account_state = 'disabled'
            then
                'The account cannot sign in, so nothing is lost. Remove it from clients that still try; if there are '
                || 'none, someone else tries: look at the addresses in the sign-in log.'
        else {{ sign_in_error_advice('reasons.most_frequent') }}
    end as what_to_do
from apps
inner join reasons on apps.user_id = reasons.user_id
inner join {{ ref('int_entra__people') }} as people
    on apps.user_id = people.user_id and people.account_state != 'left'
cross join {{ ref('int_entra__observation') }} as observation
where observation.evidence is not null

-- Many of those who try to sign in to an app do not get in: the app is at fault, not the people.
with people as (
    select
        app_id,
        user_id,
        sum(failures)::int as failures,
        max(people_who_tried) as people_who_tried
    from {{ ref('int_entra__week_failures') }}
    group by app_id, user_id
),

failing as (
    select
        app_id,
        count(*)::int as people,
        sum(failures)::int as failures,
        max(people_who_tried) as people_who_tried
    from people
    group by app_id
    -- In an app that all use, some always fail.
    having count(*) >= {{ var('failing_app_people') }} and 2 * count(*) >= max(people_who_tried)
),

by_code as (
    select
        app_id,
        error_code,
        sum(failures)::int as failures
    from {{ ref('int_entra__week_failures') }}
    group by app_id, error_code
),

reasons as (
    select
        app_id,
        {{ first_of('error_code', 'failures desc, error_code asc') }} as most_frequent,
        {{ json_rows(
            json_object({'code': 'error_code', 'words': sign_in_error_words('error_code'), 'failures': 'failures'}),
            'failures desc, error_code asc'
        ) }} as details
    from by_code
    group by app_id
)

select
    'medium' as severity,
    apps.name || ' let ' || failing.people || ' of ' || failing.people_who_tried || ' people not in within a week: '
    || {{ sign_in_error_words('reasons.most_frequent') }} as title,
    'application' as subject_type,
    apps.app_id as subject_id,
    apps.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    failing.people,
    observation.evidence,
    observation.observed_since,
    {{ json_object({
        'people': 'failing.people',
        'people_who_tried': 'failing.people_who_tried',
        'failures': 'failing.failures',
        'days': '7',
        'codes': 'reasons.details',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    case
        when reasons.most_frequent = 50105
            then 'Assign the app to the people who need it, for example by a group, or tell them that they do not.'
        when reasons.most_frequent in (50131, 53000, 53001, 53003, 53004)
            then 'A policy keeps them out: look at the policy in the sign-in log, and at whom it is meant for.'
        else 'Look at the settings of the app, such as certificate, reply addresses and assignments.'
    end as what_to_do
from failing
inner join reasons on failing.app_id = reasons.app_id
inner join {{ ref('int_entra__apps') }} as apps on failing.app_id = apps.app_id
cross join {{ ref('int_entra__observation') }} as observation
where observation.evidence is not null

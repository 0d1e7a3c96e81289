-- What came and went in the last days. Names are those of today, else those of the log.
with of_apps as (
    select
        case changes.activity when 'Add service principal' then 'new app' else 'consent' end as event,
        changes.happened_at,
        'application' as subject_type,
        coalesce(apps.app_id, changes.target_id) as subject_id,
        coalesce(apps.name, changes.target_name) as subject_name,
        changes.by_id,
        changes.by_name,
        'audit log' as evidence,
        {{ json_object({'kind': 'apps.kind', 'product': 'apps.product'}) }} as details
    from {{ ref('int_entra__directory_changes') }} as changes
    cross join {{ ref('int_entra__known') }} as known
    left join {{ ref('int_entra__apps') }} as apps on changes.target_id = apps.service_principal_id
    where
        changes.activity in ('Add service principal', 'Consent to application')
        and changes.is_new
        and known.app_kinds
        -- Microsoft adds its own by itself.
        and apps.kind is distinct from 'microsoft'
),

of_registrations as (
    select
        'new registration',
        changes.happened_at,
        'application',
        coalesce(registrations.app_id, changes.target_id),
        coalesce(registrations.display_name, changes.target_name),
        changes.by_id,
        changes.by_name,
        'audit log',
        {{ json_constant('{}') }}
    from {{ ref('int_entra__directory_changes') }} as changes
    cross join {{ ref('int_entra__known') }} as known
    left join {{ ref('stg_entra__applications') }} as registrations on changes.target_id = registrations.object_id
    where changes.activity = 'Add application' and changes.is_new and known.registrations
),

of_admins as (
    select
        'new admin',
        changes.happened_at,
        'employee',
        changes.target_id,
        coalesce(people.name, changes.target_name),
        changes.by_id,
        changes.by_name,
        'audit log',
        {{ json_object({
            'roles': 'case when known.roles and known.role_names then ' ~ json_of_texts('roles.roles') ~ ' end',
        }) }}
    from {{ ref('int_entra__directory_changes') }} as changes
    cross join {{ ref('int_entra__known') }} as known
    left join {{ ref('int_entra__people') }} as people on changes.target_id = people.user_id
    left join {{ ref('int_entra__admins') }} as roles on changes.target_id = roles.user_id
    where changes.activity = 'Add member to role' and changes.is_new and known.people
),

made as (
    select distinct on (target_id)
        target_id as user_id,
        by_id,
        by_name
    from {{ ref('int_entra__directory_changes') }}
    where activity in ('Add user', 'Invite external user')
    order by target_id asc, happened_at desc nulls first
),

of_joiners as (
    select
        case people.user_type when 'guest' then 'new guest' else 'joiner' end,
        people.created_at,
        'employee',
        people.user_id,
        people.name,
        made.by_id,
        made.by_name,
        'directory',
        {{ json_object({'department': 'people.department', 'job_title': 'people.job_title'}) }}
    from {{ ref('int_entra__people') }} as people
    left join made on people.user_id = made.user_id
    where
        people.created_at > {{ days_ago(var('new_days')) }}
        and people.created_at <= {{ as_of() }}
        and people.account_state != 'left'
        and people.is_person
),

of_leavers as (
    select
        'leaver',
        coalesce(people.left_at, people.disabled_at),
        'employee',
        people.user_id,
        people.name,
        null::text,
        null::text,
        'directory',
        -- What is held is as the finding lists it: null where it is not known, and of those who hold nothing.
        {{ json_object({
            'account_state': 'people.account_state',
            'department': 'people.department',
            'roles': json_part('access.details', 'roles'),
            'licences': json_part('access.details', 'licences'),
            'directly_assigned_apps': json_part('access.details', 'directly_assigned_apps'),
        }) }}
    from {{ ref('int_entra__people') }} as people
    left join {{ ref('int_entra__finding_leaver_access') }} as access on people.user_id = access.subject_id
    where
        people.account_state in ('left', 'disabled')
        and people.is_person
        and coalesce(people.left_at, people.disabled_at) > {{ days_ago(var('new_days')) }}
        and coalesce(people.left_at, people.disabled_at) <= {{ as_of() }}
),

events as (
    select * from of_apps
    union all
    select * from of_registrations
    union all
    select * from of_admins
    union all
    select * from of_joiners
    union all
    select * from of_leavers
)

select distinct on (event, subject_id, happened_at)
    event,
    happened_at,
    subject_type,
    subject_id,
    subject_name,
    by_id,
    by_name,
    evidence,
    details
from events
where subject_id is not null
order by event asc, subject_id asc, happened_at asc, by_name asc nulls last

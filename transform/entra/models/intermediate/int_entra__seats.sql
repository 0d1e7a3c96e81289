-- One row a person and app: who may sign in because somebody said so, and since when at the latest. Members of groups
-- inside an assigned group are not among them: Microsoft gives them no access.
with assigned as (
    select
        apps.app_id,
        assignments.principal_id,
        assignments.principal_type,
        min(assignments.assigned_at) as assigned_at
    from {{ ref('stg_entra__app_role_assignments') }} as assignments
    inner join {{ ref('int_entra__apps') }} as apps
        on assignments.resource_id = apps.service_principal_id and apps.removed_at is null
    where assignments.is_live
    group by apps.app_id, assignments.principal_id, assignments.principal_type
),

-- Links have no date, but the audit log tells who was added lately.
added as (
    select
        {{ json_text('person.value', 'id') }} as user_id,
        {{ json_text('team.value', 'id') }} as group_id,
        max(audits.happened_at) as added_at
    from {{ ref('stg_entra__directory_audits') }} as audits
    cross join lateral {{ json_list('audits.target_resources') }} as person (value)
    cross join lateral {{ json_list('audits.target_resources') }} as team (value)
    where
        audits.activity = 'Add member to group'
        and audits.result = 'success'
        and {{ json_text('person.value', 'type') }} = 'User'
        and {{ json_text('team.value', 'type') }} = 'Group'
    group by {{ json_text('person.value', 'id') }}, {{ json_text('team.value', 'id') }}
),

seats as (
    select
        app_id,
        principal_id as user_id,
        true as is_direct,
        assigned_at
    from assigned
    where principal_type = 'User'
    union all
    select
        assigned.app_id,
        members.member_id,
        false,
        case
            when assigned.assigned_at is not null and known.joining_dates
                then greatest(assigned.assigned_at, added.added_at)
        end
    from assigned
    cross join {{ ref('int_entra__known') }} as known
    inner join {{ ref('stg_entra__group_members') }} as members on assigned.principal_id = members.group_id
    left join added on members.member_id = added.user_id and members.group_id = added.group_id
    where assigned.principal_type = 'Group'
)

select
    seats.app_id,
    seats.user_id,
    bool_or(seats.is_direct) as is_direct,
    min(seats.assigned_at) as assigned_at
from seats
inner join {{ ref('int_entra__people') }} as people on seats.user_id = people.user_id and people.is_in_service
group by seats.app_id, seats.user_id

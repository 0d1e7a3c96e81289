{{ config(indexes=[
    {'columns': ['user_id', 'app_id'], 'unique': true},
    {'columns': ['app_id', 'last_use_at']}
]) }}

-- Also of people whose accounts are disabled: that they hold something still is what a reader wants to see.
with assignments as (
    select
        apps.app_id,
        assignments.principal_id,
        assignments.principal_type,
        assignments.assigned_at
    from {{ ref('stg_entra__app_role_assignments') }} as assignments
    inner join {{ ref('int_entra__apps') }} as apps
        on assignments.resource_id = apps.service_principal_id and apps.removed_at is null
    where assignments.is_live
),

direct as (
    select
        app_id,
        principal_id as user_id,
        min(assigned_at) as assigned_at
    from assignments
    where principal_type = 'User'
    group by app_id, principal_id
),

grouped as (
    select
        assignments.app_id,
        members.member_id as user_id,
        array_agg(
            distinct coalesce(teams.display_name, members.group_id)
            order by coalesce(teams.display_name, members.group_id)
        ) as through_groups
    from assignments
    inner join {{ ref('stg_entra__group_members') }} as members on assignments.principal_id = members.group_id
    left join {{ ref('stg_entra__groups') }} as teams on members.group_id = teams.group_id
    where assignments.principal_type = 'Group'
    group by assignments.app_id, members.member_id
),

consents as (
    select distinct
        apps.app_id,
        permissions.user_id
    from {{ ref('int_entra__app_permissions') }} as permissions
    inner join {{ ref('int_entra__apps') }} as apps
        on permissions.service_principal_id = apps.service_principal_id and apps.removed_at is null
    where permissions.consent = 'user'
),

pairs as (
    select
        user_id,
        app_id
    from direct
    union
    select
        user_id,
        app_id
    from grouped
    union
    select
        user_id,
        app_id
    from {{ ref('int_entra__person_app_use') }}
    union
    select
        user_id,
        app_id
    from consents
)

select
    pairs.user_id,
    pairs.app_id,
    people.display_name as person_name,
    people.department,
    people.account_state,
    photos.sha256 as photo_sha256,
    apps.display_name as app_name,
    apps.kind,
    apps.product,
    -- A seat that is known is held, whatever else is not known; that there is none takes both ways to know.
    case
        when direct.user_id is not null then 'assigned'
        when grouped.user_id is not null then 'through a group'
        when not known.group_seats then null
        when apps.app_role_assignment_required = false then 'open to everyone'
        when consents.user_id is not null then 'consented'
        when not known.consents then null
        -- Microsoft has many apps without a service principal: who may sign in to them does not show.
        when apps.app_role_assignment_required then 'none'
    end as access,
    case when known.group_seats then coalesce(grouped.through_groups, {{ no_texts() }}) end as through_groups,
    direct.assigned_at,
    case when known.consents then consents.user_id is not null end as has_consented,
    case when observation.is_observed then coalesce(recent.days_used_30d, 0) end as days_used_30d,
    case when observation.is_observed then coalesce(recent.sign_ins_30d, 0) end as sign_ins_30d,
    case when observation.is_observed then coalesce(recent.failures_30d, 0) end as failures_30d,
    case
        when not observation.is_observed then null
        when recent.days_used_30d > 15 then 'high'
        when recent.days_used_30d >= 5 then 'medium'
        when recent.days_used_30d > 0 then 'low'
        else 'none'
    end as usage_level,
    observation.evidence,
    observation.observed_since,
    used.first_at as first_use_at,
    used.last_at as last_use_at
from pairs
inner join {{ ref('int_entra__people') }} as people on pairs.user_id = people.user_id
inner join {{ ref('int_entra__apps') }} as apps on pairs.app_id = apps.app_id
cross join {{ ref('int_entra__known') }} as known
cross join {{ ref('int_entra__observation') }} as observation
left join direct on pairs.user_id = direct.user_id and pairs.app_id = direct.app_id
left join grouped on pairs.user_id = grouped.user_id and pairs.app_id = grouped.app_id
left join consents on pairs.user_id = consents.user_id and pairs.app_id = consents.app_id
left join {{ ref('int_entra__person_app_recent') }} as recent
    on pairs.user_id = recent.user_id and pairs.app_id = recent.app_id
left join {{ ref('int_entra__person_app_use') }} as used
    on pairs.user_id = used.user_id and pairs.app_id = used.app_id
left join {{ ref('stg_entra__profile_photos') }} as photos
    on pairs.user_id = photos.user_id and photos.is_live

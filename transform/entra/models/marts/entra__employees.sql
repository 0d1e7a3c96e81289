{{ config(indexes=[{'columns': ['user_id'], 'unique': true}]) }}

with licences as (
    select
        held.user_id,
        array_agg(distinct licences.name order by licences.name) as licences
    from {{ ref('int_entra__licences_held') }} as held
    inner join {{ ref('int_entra__licences') }} as licences on held.sku_id = licences.sku_id
    group by held.user_id
)

select
    people.user_id,
    people.display_name,
    people.given_name,
    people.surname,
    people.email,
    people.user_principal_name,
    people.job_title,
    people.department,
    people.company_name,
    people.office_location,
    people.country,
    people.employee_id,
    people.employee_type,
    managers.manager_id,
    boss.display_name as manager_name,
    coalesce(photos.has_photo, case when known.photos then false end) as has_photo,
    photos.sha256 as photo_sha256,
    people.user_type,
    people.account_state,
    people.account_kind,
    people.created_at,
    people.hired_at,
    people.disabled_at,
    people.left_at,
    people.last_sign_in_at,
    people.last_attempt_at,
    -- None is an empty list; null is "not known", as the stream or the column was not read.
    case
        when people.account_state = 'left' or people.assigned_licenses is not null
            then coalesce(licences.licences, {{ no_texts() }})
    end as licences,
    case
        when people.account_state = 'left' or people.assigned_licenses is not null
            then coalesce({{ length_of('licences.licences') }}, 0)
    end as licence_count,
    case when observation.is_observed and known.app_kinds then coalesce(windows.apps_used_30d, 0) end as apps_used_30d,
    case when observation.is_observed and known.app_kinds then coalesce(windows.apps_used_90d, 0) end as apps_used_90d,
    -- Roles that are known are held, whatever else is not; that there are none takes both to know.
    case
        when roles.roles is not null then roles.roles
        when known.roles then {{ no_texts() }}
    end as admin_roles,
    case
        when roles.roles is not null then true
        when known.roles then false
    end as is_admin,
    case
        when roles.roles is not null then roles.is_standing
        when known.roles and known.standing_roles then false
    end as is_standing_admin,
    case when known.eligible_roles then coalesce(eligible.roles, {{ no_texts() }}) end as eligible_roles,
    factors.is_mfa_registered as mfa_registered,
    factors.methods as mfa_methods,
    factors.strength as mfa_strength,
    coalesce(
        observation.evidence,
        case when people.last_reported_at is not null then 'activity report' end
    ) as evidence,
    observation.observed_since,
    coalesce(found.findings, 0) as findings,
    coalesce(found.kinds, {{ no_texts() }}) as finding_kinds,
    found.worst_severity
from {{ ref('int_entra__people') }} as people
cross join {{ ref('int_entra__observation') }} as observation
cross join {{ ref('int_entra__known') }} as known
left join {{ ref('stg_entra__user_managers') }} as managers on people.user_id = managers.user_id
left join {{ ref('int_entra__people') }} as boss on managers.manager_id = boss.user_id
left join
    {{ ref('stg_entra__profile_photos') }} as photos
    on people.user_id = photos.user_id and photos.is_live
left join licences on people.user_id = licences.user_id
left join {{ ref('int_entra__admins') }} as roles on people.user_id = roles.user_id
left join {{ ref('int_entra__eligible_admins') }} as eligible on people.user_id = eligible.user_id
left join {{ ref('int_entra__person_windows') }} as windows on people.user_id = windows.user_id
left join {{ ref('int_entra__second_factors') }} as factors on people.user_id = factors.user_id
left join {{ ref('int_entra__finding_kinds') }} as found
    on found.subject_type = 'employee' and people.user_id = found.subject_id

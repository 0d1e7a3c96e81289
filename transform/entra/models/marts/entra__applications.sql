{{ config(indexes=[{'columns': ['app_id'], 'unique': true}]) }}

with owners as (
    select
        app_id,
        array_agg(distinct owner_name order by owner_name) as owners
    from {{ ref('int_entra__app_owners') }}
    group by app_id
),

gallery as (
    select distinct on (template_id)
        template_id,
        display_name,
        publisher,
        home_page,
        logo_url,
        category
    from {{ ref('stg_entra__application_templates') }}
    order by template_id asc, removed_at desc nulls first
),

counted as (
    select
        apps.*,
        case when observation.is_observed then coalesce(windows.people_30d, 0) end as people_30d,
        case when observation.is_observed then coalesce(windows.people_90d, 0) end as people_90d,
        case when observation.is_observed then coalesce(windows.sign_ins_30d, 0) end as sign_ins_30d,
        coalesce(windows.people_before, 0) as people_before,
        observation.observed_since,
        coalesce(
            observation.evidence,
            case when apps.last_reported_use_at is not null then 'activity report' end
        ) as evidence
    from {{ ref('int_entra__apps') }} as apps
    cross join {{ ref('int_entra__observation') }} as observation
    left join {{ ref('int_entra__app_windows') }} as windows on apps.app_id = windows.app_id
)

select
    apps.app_id,
    apps.service_principal_id,
    apps.display_name,
    coalesce(
        apps.verified_publisher_name,
        case apps.kind when 'microsoft' then 'Microsoft' when 'in_house' then apps.tenant_name end,
        case apps.kind when 'third_party' then gallery.publisher end
    ) as publisher,
    -- Microsoft checks neither its own apps nor the company's: that they are not checked says nothing against them.
    case
        when apps.publisher_verified then true
        when apps.kind = 'third_party' or (apps.kind = 'unknown' and known.app_kinds) then apps.publisher_verified
    end as publisher_verified,
    -- What is made from the gallery is registered here, with the company's own domain, and is not its own.
    case
        when apps.kind = 'in_house' and apps.publisher_domain is not null then apps.publisher_domain
        when apps.kind = 'in_house' and not known.registrations then null
        when apps.kind = 'unknown' and not known.app_kinds then null
        else lower({{ caught('coalesce(apps.homepage, apps.login_url)', '^https?://([^/:?#]+)') }})
    end as publisher_domain,
    apps.kind,
    apps.kind_from,
    coalesce(apps.product, case apps.kind when 'third_party' then gallery.display_name end) as product,
    coalesce(apps.category, case apps.kind when 'third_party' then gallery.category end) as category,
    {{ web_address('coalesce(apps.logo_url, gallery.logo_url)') }} as logo_url,
    -- What is made from the gallery has a page of Microsoft's portal as its own.
    case
        when apps.gallery_id is null or known.gallery
            then {{ web_address('coalesce(gallery.home_page, apps.homepage)') }}
    end as home_page_url,
    apps.sign_on_mode,
    apps.is_enabled,
    apps.removed_at,
    not apps.app_role_assignment_required as open_to_everyone,
    case when known.owners then coalesce(owners.owners, {{ no_texts() }}) end as owners,
    case when known.seats then coalesce(seats.people_assigned, 0) end as people_assigned,
    case when known.group_seats then coalesce(seats.people_assigned_by_group, 0) end as people_assigned_by_group,
    case when known.group_seats then coalesce(nested.people, 0) end as people_in_nested_groups,
    case when known.group_seats then coalesce(seats.people_with_access, 0) end as people_with_access,
    apps.people_30d,
    apps.people_90d,
    apps.sign_ins_30d,
    apps.first_use_at,
    apps.last_use_at,
    case
        when apps.observed_since is null or apps.observed_since > {{ days_ago(60) }} then 'unknown'
        when {{ within_days('apps.first_use_at::date', 30) }} then 'new'
        when apps.people_30d = 0 and apps.last_use_at is null then 'unknown'
        when apps.people_30d = 0 then 'gone'
        when apps.people_30d > 1.2 * apps.people_before then 'rising'
        when apps.people_30d < 0.8 * apps.people_before then 'falling'
        else 'steady'
    end as trend,
    case when known.permissions then coalesce(grants.permissions, {{ no_texts() }}) end as permissions,
    case when known.permissions then coalesce(grants.permission_risk, 'none') end as permission_risk,
    case when known.permissions then grants.consented_by end as consented_by,
    case when known.consents then coalesce(grants.consenting_people, 0) end as consenting_people,
    decisions.decision,
    decisions.owner as decision_owner,
    decisions.note as decision_note,
    decisions.until as decision_until,
    apps.evidence,
    apps.observed_since,
    coalesce(found.findings, 0) as findings,
    coalesce(found.kinds, {{ no_texts() }}) as finding_kinds,
    found.worst_severity
from counted as apps
cross join {{ ref('int_entra__known') }} as known
left join owners on apps.app_id = owners.app_id
left join gallery on apps.gallery_id = gallery.template_id
left join {{ ref('int_entra__seat_counts') }} as seats on apps.app_id = seats.app_id
left join {{ ref('int_entra__nested_access') }} as nested on apps.app_id = nested.app_id
left join {{ ref('int_entra__app_grants') }} as grants on apps.service_principal_id = grants.service_principal_id
left join {{ ref('int_entra__app_decisions') }} as decisions on apps.app_id = decisions.app_id
left join {{ ref('int_entra__finding_kinds') }} as found
    on found.subject_type = 'application' and apps.app_id = found.subject_id

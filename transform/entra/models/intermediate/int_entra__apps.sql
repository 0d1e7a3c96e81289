-- One row an app that has a service principal or that somebody signed in to, with whose it is and what it is.
with uses as (
    select
        app_id,
        first_at,
        last_at
    from {{ ref('int_entra__person_app_use') }}
    union all
    -- An app is used also where it is not known by whom.
    select
        app_id,
        min(first_at) as first_at,
        max(first_at) as last_at
    from {{ ref('stg_entra__non_interactive_sign_in_summaries') }}
    where error_code = 0 and app_id is not null
    group by app_id
),

used as (
    select
        app_id,
        min(first_at) as first_at,
        max(last_at) as last_at
    from uses
    group by app_id
),

-- Only what has no name of its own is called what the newest sign-in calls it: to sort all of them takes long.
called as (
    select distinct on (used_by.app_id)
        used_by.app_id,
        used_by.app_name
    from {{ ref('int_entra__person_app_use') }} as used_by
    left join {{ ref('int_entra__app_principals') }} as principals on used_by.app_id = principals.app_id
    where principals.display_name is null and used_by.app_name is not null
    order by used_by.app_id asc, used_by.last_day desc, used_by.user_id asc
),

activities as (
    select
        app_id,
        max(last_used_by_people_at) as last_used_by_people_at,
        max(last_used_at) as last_used_at
    from {{ ref('stg_entra__service_principal_sign_in_activities') }}
    where is_live
    group by app_id
),

registrations as (
    select distinct on (app_id)
        app_id,
        publisher_domain,
        created_at
    from {{ ref('stg_entra__applications') }}
    order by app_id asc, removed_at desc nulls first
),

apps as (
    select app_id from {{ ref('int_entra__app_principals') }}
    union
    select app_id from used
),

described as (
    select
        apps.app_id,
        principals.service_principal_id,
        coalesce(principals.display_name, called.app_name, microsoft_apps.name) as display_name,
        principals.owner_tenant_id,
        principals.verified_publisher_name,
        principals.publisher_verified,
        registrations.publisher_domain,
        registrations.created_at as registered_at,
        principals.homepage,
        principals.logo_url,
        principals.gallery_id,
        principals.login_url,
        principals.sign_on_mode,
        principals.is_enabled,
        principals.app_role_assignment_required,
        principals.removed_at,
        products.product,
        products.category,
        products.overlaps,
        tenant.display_name as tenant_name,
        used.first_at as first_use_at,
        greatest(used.last_at, activities.last_used_by_people_at) as last_use_at,
        used.last_at as last_logged_use_at,
        activities.last_used_by_people_at as last_reported_use_at,
        activities.last_used_at as last_reported_activity_at,
        -- What proves it, the surest first. No publisher can choose an app id or the tenant that owns an app.
        case
            when microsoft_apps.app_id is not null then 'app id'
            when microsoft_tenants.tenant_id is not null then 'owner'
            -- An app from the gallery is made in the company's own tenant.
            when principals.gallery_id is not null then 'gallery'
            when products.product is not null then 'product'
            when principals.owner_tenant_id is not null and tenant.tenant_id is not null then 'owner'
        end as kind_from,
        microsoft_apps.app_id is not null or microsoft_tenants.tenant_id is not null as is_microsoft,
        principals.owner_tenant_id = tenant.tenant_id as is_owned
    from apps
    left join {{ ref('int_entra__app_principals') }} as principals on apps.app_id = principals.app_id
    left join {{ ref('int_entra__app_products') }} as products
        on principals.service_principal_id = products.service_principal_id
    left join {{ ref('entra__microsoft_apps') }} as microsoft_apps on apps.app_id = microsoft_apps.app_id
    left join {{ ref('entra__microsoft_tenants') }} as microsoft_tenants
        on principals.owner_tenant_id = microsoft_tenants.tenant_id
    left join registrations on apps.app_id = registrations.app_id
    left join used on apps.app_id = used.app_id
    left join called on apps.app_id = called.app_id
    left join activities on apps.app_id = activities.app_id
    left join {{ ref('int_entra__tenant') }} as tenant on true
)

select
    *,
    coalesce(display_name, app_id) as name,
    case
        when is_microsoft then 'microsoft'
        when kind_from in ('gallery', 'product') then 'third_party'
        when is_owned then 'in_house'
        when kind_from = 'owner' then 'third_party'
        else 'unknown'
    end as kind,
    -- An app that is not there, or that is disabled, is not called unused.
    service_principal_id is not null and removed_at is null and coalesce(is_enabled, true) as is_in_service
from described

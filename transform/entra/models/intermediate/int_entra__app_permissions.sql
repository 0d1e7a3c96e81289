-- One row a permission that an app was granted: by whom, what it lets the app do in words, and how bad that could be.
with delegated as (
    select
        grants.client_id as service_principal_id,
        grants.resource_id,
        'delegated' as type,
        scope.permission,
        case when grants.consent_type = 'Principal' then 'user' else 'admin' end as consent,
        grants.principal_id as user_id
    from {{ ref('stg_entra__oauth2_permission_grants') }} as grants
    cross join lateral {{ words_of('trim(grants.scope)') }} as scope (permission)
    where grants.is_live and scope.permission != ''
),

-- What apps may do in their own name are roles of the resource; each carries only the role's id.
application as (
    select
        assignments.principal_id as service_principal_id,
        assignments.resource_id,
        assignments.app_role_id
    from {{ ref('stg_entra__app_role_assignments') }} as assignments
    where
        assignments.is_live
        and assignments.principal_type = 'ServicePrincipal'
        and assignments.app_role_id != '00000000-0000-0000-0000-000000000000'
),

roles as (
    select
        principals.service_principal_id,
        lower({{ json_text('role.value', 'id') }}) as app_role_id,
        max({{ json_text('role.value', 'value') }}) as permission
    from {{ ref('stg_entra__service_principals') }} as principals
    cross join lateral {{ json_list('principals.app_roles') }} as role (value)
    where principals.service_principal_id in (select application.resource_id from application)
    group by principals.service_principal_id, lower({{ json_text('role.value', 'id') }})
),

granted as (
    select
        service_principal_id,
        resource_id,
        type,
        permission,
        consent,
        user_id,
        null as app_role_id
    from delegated
    union all
    select
        application.service_principal_id,
        application.resource_id,
        'application',
        nullif(roles.permission, ''),
        'admin',
        null,
        application.app_role_id
    from application
    left join roles
        on
            application.resource_id = roles.service_principal_id
            and application.app_role_id = roles.app_role_id
),

named as (
    select
        granted.service_principal_id,
        granted.type,
        granted.consent,
        granted.user_id,
        resources.app_id as resource_app_id,
        resources.display_name as resource_name,
        coalesce(granted.permission, known.permission, granted.app_role_id) as permission
    from granted
    inner join {{ ref('stg_entra__service_principals') }} as clients
        on granted.service_principal_id = clients.service_principal_id and clients.is_live
    inner join {{ ref('stg_entra__service_principals') }} as resources
        on granted.resource_id = resources.service_principal_id and resources.is_live
    left join {{ ref('entra__app_roles') }} as known
        on resources.app_id = known.resource_app_id and granted.app_role_id = known.app_role_id
),

-- A thousand people may have given the same consent: it is judged once.
distinct_permissions as (
    select distinct
        type,
        consent,
        resource_app_id,
        permission
    from named
),

judged as (
    select
        granted.type,
        granted.consent,
        granted.resource_app_id,
        granted.permission,
        coalesce(
            reviewed.risk,
            {{ permission_risk('granted.permission', 'granted.type', 'granted.resource_app_id', 'granted.consent') }}
        ) as risk,
        coalesce(reviewed.words, {{ permission_words('granted.permission', 'granted.type') }}) as words
    from distinct_permissions as granted
    left join {{ ref('entra__permission_exceptions') }} as reviewed
        on
            granted.resource_app_id = reviewed.resource_app_id
            and lower(granted.permission) = lower(reviewed.permission)
            and reviewed.type in (granted.type, 'any')
)

select
    named.service_principal_id,
    named.resource_name,
    named.permission,
    named.type,
    named.consent,
    named.user_id,
    judged.risk,
    judged.words
from named
inner join judged
    on
        named.type = judged.type
        and named.consent = judged.consent
        and named.resource_app_id is not distinct from judged.resource_app_id
        and named.permission = judged.permission

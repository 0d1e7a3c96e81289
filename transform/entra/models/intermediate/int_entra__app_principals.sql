-- One service principal an app: the one that lives, else the one removed last. Managed identities are no apps.
select distinct on (app_id)
    app_id,
    service_principal_id,
    display_name,
    owner_tenant_id,
    application_template_id,
    -- This template is that of all apps outside the gallery.
    nullif(application_template_id, '8adf8e6e-67b2-4cf2-a259-e3dc5476c621') as gallery_id,
    verified_publisher_name,
    publisher_verified,
    sign_on_mode,
    homepage,
    logo_url,
    login_url,
    reply_urls,
    service_principal_names,
    account_enabled and not coalesce(is_disabled, false) as is_enabled,
    app_role_assignment_required,
    removed_at
from {{ ref('stg_entra__service_principals') }}
where app_id is not null and service_principal_type is distinct from 'ManagedIdentity'
order by app_id asc, removed_at desc nulls first, service_principal_id asc

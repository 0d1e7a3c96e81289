-- One row a secret or certificate of an app: of its registration here, or of its service principal. A certificate that
-- signs SAML answers comes as two keys and a password, and is one.
with secrets as (
    {% for model in ['stg_entra__applications', 'stg_entra__service_principals'] %}
    select
        apps.app_id,
        {{ json_text('credential.value', 'keyId') }} as key_id,
        {{ json_text('credential.value', 'displayName') }} as name,
        {{ json_time('credential.value', 'endDateTime') }} as ends_at
    from {{ ref(model) }} as apps
    cross join lateral {{ json_list('apps.password_credentials') }} as credential (value)
    where apps.is_live
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

keys as (
    {% for model in ['stg_entra__applications', 'stg_entra__service_principals'] %}
    select
        apps.app_id,
        {{ json_text('credential.value', 'keyId') }} as key_id,
        {{ json_text('credential.value', 'displayName') }} as name,
        {{ json_time('credential.value', 'endDateTime') }} as ends_at,
        coalesce(
            {{ json_text('credential.value', 'customKeyIdentifier') }}, {{ json_text('credential.value', 'keyId') }}
        ) as thumbprint,
        {{ json_text('credential.value', 'usage') }} = 'Sign' as is_signing
    from {{ ref(model) }} as apps
    cross join lateral {{ json_list('apps.key_credentials') }} as credential (value)
    where apps.is_live
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

certificates as (
    select
        app_id,
        {{ first_of('key_id', 'is_signing desc nulls last, key_id asc') }} as key_id,
        max(name) as name,
        ends_at,
        case when bool_or(is_signing) then 'signing certificate' else 'certificate' end as type
    from keys
    group by app_id, thumbprint, ends_at
),

listed as (
    select
        app_id,
        key_id,
        name,
        ends_at,
        type
    from certificates
    union all
    select
        secrets.app_id,
        secrets.key_id,
        secrets.name,
        secrets.ends_at,
        'secret'
    from secrets
    left join certificates
        on
            secrets.app_id = certificates.app_id
            and secrets.ends_at = certificates.ends_at
            and certificates.type = 'signing certificate'
    where certificates.app_id is null
)

select distinct on (app_id, key_id)
    app_id,
    key_id,
    name,
    ends_at,
    type
from listed
where app_id is not null and key_id is not null and ends_at is not null
order by app_id asc, key_id asc, ends_at desc

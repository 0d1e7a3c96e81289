-- One row a secret of an app: of its registration here, or of its service principal.
with listed as (
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
)

select distinct on (app_id, key_id)
    app_id,
    key_id,
    name,
    ends_at
from listed
where app_id is not null and key_id is not null and ends_at is not null
order by app_id asc, key_id asc, ends_at desc

-- The hosts that an app names, each with all the domains it lies in: a.b.c gives a.b.c, b.c and c.
with addresses as (
    select
        service_principal_id,
        'page' as named_as,
        homepage as address
    from {{ ref('int_entra__app_principals') }}
    union all
    select
        service_principal_id,
        'page',
        login_url
    from {{ ref('int_entra__app_principals') }}
    union all
    select
        principals.service_principal_id,
        'reply',
        {{ json_text('reply.value') }}
    from {{ ref('int_entra__app_principals') }} as principals
    cross join lateral {{ json_list('principals.reply_urls') }} as reply (value)
    union all
    select
        principals.service_principal_id,
        'name',
        {{ json_text('name.value') }}
    from {{ ref('int_entra__app_principals') }} as principals
    cross join lateral {{ json_list('principals.service_principal_names') }} as name (value)
),

hosts as (
    select distinct
        service_principal_id,
        named_as,
        lower({{ caught('address', '^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/@?#]*@)?([^/:?#]+)') }}) as host
    from addresses
),

labelled as (
    select
        *,
        {{ parts_of('host', '.') }} as labels
    from hosts
    where host is not null and host not in ('localhost', '127.0.0.1')
)

select
    labelled.service_principal_id,
    labelled.named_as,
    labelled.host,
    {{ joined(items_from('labelled.labels', 'depth.n'), '.') }} as domain
from labelled
cross join lateral {{ numbers('1', length_of('labelled.labels')) }} as depth (n)

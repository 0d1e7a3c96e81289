-- Which well-known product an app is: by template, app id, domain or publisher, never by a name that anybody can
-- choose.
with principals as (
    select
        principals.*,
        -- Any app may be the company's own while nothing says which tenant that is.
        coalesce(principals.owner_tenant_id = tenant.tenant_id, tenant.tenant_id is null)
        and principals.application_template_id is null as is_own
    from {{ ref('int_entra__app_principals') }} as principals
    left join {{ ref('int_entra__tenant') }} as tenant on true
),

by_domain as (
    select
        hosts.service_principal_id,
        hosts.named_as,
        hosts.host,
        matches.product,
        matches.value
    from {{ ref('int_entra__app_hosts') }} as hosts
    inner join
        {{ ref('entra__product_matches') }} as matches
        on matches.match_by = 'domain' and hosts.domain = matches.value
),

-- A company's own app may send tokens to some tool beside itself, such as Postman. It is that product only if it sends
-- them nowhere else.
elsewhere as (
    select distinct hosts.service_principal_id
    from {{ ref('int_entra__app_hosts') }} as hosts
    where hosts.named_as = 'reply' and not exists (
        select 1
        from by_domain
        where by_domain.service_principal_id = hosts.service_principal_id and by_domain.host = hosts.host
    )
),

candidates as (
    select
        principals.service_principal_id,
        1 as rank,
        matches.product,
        matches.value
    from principals
    inner join {{ ref('entra__product_matches') }} as matches
        on
            matches.match_by = 'application_template_id'
            and principals.application_template_id = matches.value
    union all
    select
        principals.service_principal_id,
        2,
        matches.product,
        matches.value
    from principals
    inner join {{ ref('entra__product_matches') }} as matches
        on matches.match_by = 'app_id' and principals.app_id = matches.value
    union all
    select
        principals.service_principal_id,
        3,
        by_domain.product,
        by_domain.value
    from principals
    inner join by_domain on principals.service_principal_id = by_domain.service_principal_id
    left join elsewhere on principals.service_principal_id = elsewhere.service_principal_id
    where not principals.is_own or by_domain.named_as = 'page' or elsewhere.service_principal_id is null
    union all
    select
        principals.service_principal_id,
        4,
        matches.product,
        matches.value
    from principals
    inner join {{ ref('entra__product_matches') }} as matches
        on matches.match_by = 'publisher' and lower(principals.verified_publisher_name) = lower(matches.value)
)

select distinct on (candidates.service_principal_id)
    candidates.service_principal_id,
    products.product,
    products.category,
    products.overlaps
from candidates
inner join {{ ref('entra__products') }} as products on candidates.product = products.product
order by
    candidates.service_principal_id asc,
    candidates.rank asc,
    length(candidates.value) desc,
    products.product asc

-- One row at most: the company itself.
select
    lower(tenant_id) as tenant_id,
    display_name
from {{ ref('stg_entra__organization') }}
where is_live
order by tenant_id
limit 1

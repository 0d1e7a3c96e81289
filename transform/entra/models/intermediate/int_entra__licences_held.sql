-- One row a person and licence. Microsoft takes back those of who has left; the warehouse keeps only what they were.
select distinct
    people.user_id,
    {{ json_text('held.value', 'skuId') }} as sku_id
from {{ ref('int_entra__people') }} as people
cross join lateral {{ json_list('people.assigned_licenses') }} as held (value)
where people.account_state != 'left' and {{ json_text('held.value', 'skuId') }} is not null

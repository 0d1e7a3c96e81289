-- One row a person and licence. Microsoft takes back those of who has left; the warehouse keeps only what they were.
select distinct
    people.user_id,
    held."skuId" as sku_id
from {{ ref('int_entra__people') }} as people
cross join lateral jsonb_to_recordset(people.assigned_licenses) as held ("skuId" text)
where people.account_state != 'left' and held."skuId" is not null

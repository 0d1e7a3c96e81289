-- Licences are paid for and not assigned.
select
    'low' as severity,
    (paid_units - consumed_units) || ' of ' || paid_units || ' licences of ' || name
    || case when paid_units - consumed_units = 1 then ' is' else ' are' end || ' not assigned' as title,
    'licence' as subject_type,
    sku_id as subject_id,
    name as subject_name,
    null::text as related_id,
    null::text as related_name,
    null::int as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'unassigned': 'paid_units - consumed_units',
        'paid': 'paid_units',
        'assigned': 'consumed_units',
        'sku_part_number': 'sku_part_number',
    }) }} as details,
    (paid_units - consumed_units) * monthly_price as estimated_monthly_saving,
    currency,
    'Buy fewer at the next renewal, but for what is kept for newcomers.' as what_to_do
from {{ ref('int_entra__licences') }}
where is_for_people and not is_free and paid_units > consumed_units

-- People hold a licence and another one that contains it.
with pairs as (
    select
        contained.sku_id,
        contained.containing_sku_id,
        count(*)::int as people,
        {{ first_items('array_agg(people.name order by people.name)', 20) }} as names
    from {{ ref('int_entra__licences_contained') }} as contained
    inner join {{ ref('int_entra__people') }} as people on contained.user_id = people.user_id
    group by contained.sku_id, contained.containing_sku_id
)

select
    'medium' as severity,
    {{ number_of('pairs.people', 'One person holds', 'people hold') }} || ' ' || licences.name || ' and '
    || containing.name || ', which contains it' as title,
    'licence' as subject_type,
    pairs.sku_id as subject_id,
    licences.name as subject_name,
    pairs.containing_sku_id as related_id,
    containing.name as related_name,
    pairs.people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'people': 'pairs.people',
        'names': json_of_texts('pairs.names'),
        'sku_part_number': 'licences.sku_part_number',
        'containing_sku_part_number': 'containing.sku_part_number',
    }) }} as details,
    pairs.people * licences.monthly_price as estimated_monthly_saving,
    licences.currency,
    'Take the contained licence back, in the group if it comes from one, and buy fewer at the next renewal.'
        as what_to_do
from pairs
inner join {{ ref('int_entra__licences') }} as licences on pairs.sku_id = licences.sku_id and not licences.is_free
inner join {{ ref('int_entra__licences') }} as containing on pairs.containing_sku_id = containing.sku_id
cross join {{ ref('int_entra__known') }} as known
where known.licences and known.people

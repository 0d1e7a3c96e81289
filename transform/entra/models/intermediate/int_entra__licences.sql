-- One row a product that there are licences of, bought or held, with a name to read and a price if one was filled in.
with bought as (
    select
        sku_id,
        max(sku_part_number) as sku_part_number,
        bool_or(
            coalesce(applies_to, 'User') = 'User' and coalesce(capability_status, 'Enabled') in ('Enabled', 'Warning')
        ) as is_for_people,
        sum(enabled_units + coalesce(warning_units, 0)) as paid_units,
        sum(consumed_units) as consumed_units
    from {{ ref('stg_entra__subscribed_skus') }}
    where is_live and sku_id is not null
    group by sku_id
),

held as (
    select distinct sku_id from {{ ref('int_entra__licences_held') }}
),

skus as (
    select
        coalesce(bought.sku_id, held.sku_id) as sku_id,
        bought.sku_part_number,
        coalesce(bought.is_for_people, false) as is_for_people,
        bought.paid_units,
        bought.consumed_units
    from bought
    full outer join held on bought.sku_id = held.sku_id
),

-- Two licences may share a part number; their names hardly differ.
part_numbers as (
    select distinct on (lower(sku_part_number))
        lower(sku_part_number) as sku_part_number,
        name,
        is_free
    from {{ ref('entra__licence_names') }}
    order by lower(sku_part_number) asc, sku_id asc
),

prices as (
    select
        lower(sku_part_number) as sku_part_number,
        max(monthly_price) as monthly_price,
        max(currency) as currency
    from {{ ref('entra__licence_prices') }}
    where sku_part_number is not null
    group by lower(sku_part_number)
),

-- What is had only on trial costs nothing, whatever its name.
trials as (
    select
        sku_id,
        bool_and(is_trial) as is_trial
    from {{ ref('stg_entra__subscriptions') }}
    where is_live and status in ('Enabled', 'Warning') and sku_id is not null and is_trial is not null
    group by sku_id
)

select
    skus.sku_id,
    coalesce(skus.sku_part_number, by_id.sku_part_number) as sku_part_number,
    coalesce(by_id.name, by_part_number.name, skus.sku_part_number, skus.sku_id) as name,
    coalesce(
        by_id.is_free or trials.is_trial,
        by_part_number.is_free or trials.is_trial,
        trials.is_trial,
        by_id.is_free,
        by_part_number.is_free,
        case when known.licences then false end
    ) as is_free,
    skus.is_for_people,
    skus.paid_units,
    skus.consumed_units,
    prices.monthly_price,
    prices.currency
from skus
cross join {{ ref('int_entra__known') }} as known
left join {{ ref('entra__licence_names') }} as by_id on lower(skus.sku_id) = by_id.sku_id
left join part_numbers as by_part_number on lower(skus.sku_part_number) = by_part_number.sku_part_number
left join trials on skus.sku_id = trials.sku_id
left join prices on lower(coalesce(skus.sku_part_number, by_id.sku_part_number)) = prices.sku_part_number

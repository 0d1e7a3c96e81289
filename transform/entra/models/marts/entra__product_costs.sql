-- Products that apps were recognised as, and those of contracts: also of one that no app is any more.
with figures as (
    select
        coalesce(used.product, contracts.product) as product,
        used.apps,
        contracts.seats,
        used.people_with_access,
        used.people_30d,
        prices.monthly_price,
        prices.currency,
        contracts.renews_at,
        contracts.owner as contract_owner,
        contracts.product is not null as has_contract
    from {{ ref('int_entra__product_use') }} as used
    full outer join {{ ref('entra__contracts') }} as contracts on lower(used.product) = lower(contracts.product)
    left join {{ ref('int_entra__product_prices') }} as prices
        on lower(coalesce(used.product, contracts.product)) = prices.product
)

select
    figures.product,
    case when known.app_kinds then coalesce(figures.apps, 0) end as apps,
    figures.has_contract,
    figures.seats,
    figures.people_with_access,
    figures.people_30d,
    -- Without a contract, each person with access is taken to be paid for.
    coalesce(figures.seats, figures.people_with_access) * figures.monthly_price as monthly_cost,
    case
        when figures.people_30d > 0
            then
                round(
                    coalesce(figures.seats, figures.people_with_access) * figures.monthly_price / figures.people_30d, 2
                )::numeric
    end as monthly_cost_per_user,
    -- What is greater than null is 0 to PostgreSQL: each difference is asked first whether it is known.
    case
        when coalesce(figures.seats, figures.people_with_access) - figures.people_30d is not null
            then greatest(coalesce(figures.seats, figures.people_with_access) - figures.people_30d, 0)
    end as seats_without_use,
    case
        when figures.people_with_access - figures.seats is not null
            then greatest(figures.people_with_access - figures.seats, 0)
    end as people_beyond_seats,
    figures.monthly_price,
    figures.currency,
    figures.renews_at,
    figures.contract_owner,
    observation.evidence,
    observation.observed_since
from figures
cross join {{ ref('int_entra__known') }} as known
cross join {{ ref('int_entra__observation') }} as observation

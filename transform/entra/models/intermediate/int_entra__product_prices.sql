-- One row a product whose price somebody filled in: that of the contract, else that of the list.
with prices as (
    select
        lower(product) as product,
        monthly_price,
        currency,
        1 as place
    from {{ ref('entra__contracts') }}
    where monthly_price is not null
    union all
    select
        lower(product),
        monthly_price,
        currency,
        2
    from {{ ref('entra__licence_prices') }}
    where product is not null
)

select distinct on (product)
    product,
    monthly_price,
    currency
from prices
order by product asc, place asc, monthly_price desc nulls first

-- One row a product whose price somebody filled in.
select
    lower(product) as product,
    max(monthly_price) as monthly_price,
    max(currency) as currency
from {{ ref('entra__licence_prices') }}
where product is not null
group by lower(product)

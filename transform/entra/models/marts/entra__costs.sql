-- Each licence and each product that people hold, by department. What no one holds is in unassigned_licences.
with active as (
    select distinct user_id
    from {{ ref('int_entra__person_app_recent') }}
    where sign_ins_30d > 0
),

people as (
    select
        people.user_id,
        coalesce(people.department, 'not filled in') as department,
        active.user_id is not null as is_active
    from {{ ref('int_entra__people') }} as people
    left join active on people.user_id = active.user_id
    where people.account_state != 'left'
),

-- A product is paid for once a person, however many of its apps the person may use.
products as (
    select distinct
        seats.user_id,
        apps.product
    from {{ ref('int_entra__seats') }} as seats
    inner join {{ ref('int_entra__apps') }} as apps
        on seats.app_id = apps.app_id and apps.is_in_service and apps.kind = 'third_party' and apps.product is not null
    cross join {{ ref('int_entra__known') }} as known
    where known.group_seats and known.app_kinds
),

held as (
    select
        people.department,
        people.user_id,
        people.is_active,
        'licence' as type,
        licences.sku_id as item_id,
        licences.name as item_name,
        licences.monthly_price,
        licences.currency
    from {{ ref('int_entra__licences_held') }} as licences_held
    inner join people on licences_held.user_id = people.user_id
    inner join {{ ref('int_entra__licences') }} as licences on licences_held.sku_id = licences.sku_id
    where not licences.is_free
    union all
    select
        people.department,
        people.user_id,
        people.is_active,
        'product',
        lower(products.product),
        products.product,
        prices.monthly_price,
        prices.currency
    from products
    inner join people on products.user_id = people.user_id
    left join {{ ref('int_entra__product_prices') }} as prices on lower(products.product) = prices.product
)

select
    held.department,
    held.type,
    held.item_id,
    held.item_name,
    count(*)::int as people,
    case when observation.is_observed then count(*) filter (where held.is_active)::int end as active_people,
    held.monthly_price,
    (count(*) * held.monthly_price)::numeric as monthly_cost,
    held.currency
from held
cross join {{ ref('int_entra__observation') }} as observation
group by
    held.department, held.type, held.item_id, held.item_name, held.monthly_price, held.currency, observation.is_observed

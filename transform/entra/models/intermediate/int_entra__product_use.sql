-- One row a product: who may use it, and who did in the last 30 days.
with apps as (
    select
        app_id,
        product
    from {{ ref('int_entra__apps') }}
    where product is not null and kind = 'third_party' and is_in_service
),

seats as (
    select
        apps.product,
        count(distinct seats.user_id)::int as people_with_access
    from {{ ref('int_entra__seats') }} as seats
    inner join apps on seats.app_id = apps.app_id
    group by apps.product
),

used as (
    select
        apps.product,
        count(distinct recent.user_id)::int as people_30d
    from {{ ref('int_entra__person_app_recent') }} as recent
    inner join apps on recent.app_id = apps.app_id
    where recent.sign_ins_30d > 0
    group by apps.product
),

products as (
    select
        product,
        count(*)::int as apps
    from apps
    group by product
)

select
    products.product,
    products.apps,
    case when known.group_seats and known.app_kinds then coalesce(seats.people_with_access, 0) end
        as people_with_access,
    case when observation.is_observed and known.app_kinds then coalesce(used.people_30d, 0) end as people_30d
from products
cross join {{ ref('int_entra__known') }} as known
cross join {{ ref('int_entra__observation') }} as observation
left join seats on products.product = seats.product
left join used on products.product = used.product

-- Several products that do the same job are in use at the same time.
with used as (
    select
        apps.category,
        apps.product,
        usage.user_id
    from {{ ref('entra__app_usage') }} as usage
    inner join {{ ref('int_entra__apps') }} as apps on usage.app_id = apps.app_id
    where
        apps.kind = 'third_party'
        and apps.is_in_service
        and apps.overlaps
        and usage.sign_ins > 0
        and {{ within_days('usage.day', var('active_days')) }}
    group by apps.category, apps.product, usage.user_id
),

products as (
    select
        category,
        product,
        count(*) as people
    from used
    group by category, product
),

categories as (
    select
        category,
        {{ json_object_of_rows('product', 'people') }} as people_by_product,
        string_agg(product, ', ' order by people desc, product asc) as names
    from products
    group by category
    having count(*) > 1
)

select
    'low' as severity,
    categories.names || ' do the same job: ' || categories.category as title,
    'category' as subject_type,
    categories.category as subject_id,
    categories.category as subject_name,
    null::text as related_id,
    null::text as related_name,
    (select count(distinct used.user_id) from used where used.category = categories.category)::int as people,
    observation.evidence,
    observation.observed_since,
    {{ json_object({'people_by_product': 'categories.people_by_product'}) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Agree on one of them where the work allows it, and move the smaller teams.' as what_to_do
from categories
cross join {{ ref('int_entra__observation') }} as observation
cross join {{ ref('int_entra__known') }} as known
where observation.evidence is not null and known.app_kinds

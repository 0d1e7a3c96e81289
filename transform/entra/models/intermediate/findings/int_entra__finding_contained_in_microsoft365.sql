-- People use a product for a job that a Microsoft licence of theirs covers.
with used as (
    select
        recent.user_id,
        apps.product,
        apps.category,
        min(apps.app_id) as app_id
    from {{ ref('int_entra__person_app_recent') }} as recent
    inner join {{ ref('int_entra__apps') }} as apps on recent.app_id = apps.app_id
    where
        recent.sign_ins_30d > 0
        and apps.kind = 'third_party'
        and apps.is_in_service
        and apps.category in (select equivalents.category from {{ ref('entra__microsoft_equivalents') }} as equivalents)
    group by recent.user_id, apps.product, apps.category
),

-- Who holds which of Microsoft's products.
holders as (
    select distinct
        held.user_id,
        equivalents.category,
        equivalents.name
    from {{ ref('int_entra__licence_plans') }} as licence_plans
    inner join {{ ref('int_entra__plans_held') }} as held on licence_plans.sku_id = held.sku_id
    inner join {{ ref('entra__microsoft_equivalents') }} as equivalents
        on {{ is_in('equivalents.service_plan', 'licence_plans.plan_names') }}
),

users_of_microsofts as (
    select distinct
        recent.user_id,
        equivalents.category
    from {{ ref('int_entra__person_app_recent') }} as recent
    inner join {{ ref('entra__microsoft_equivalents') }} as equivalents on recent.app_id = equivalents.app_id
    where recent.sign_ins_30d > 0
),

products as (
    select
        used.product,
        used.category,
        min(used.app_id) as app_id,
        max(holders.name) as microsoft_product,
        count(*)::int as people,
        count(holders.user_id)::int as people_with_both,
        count(users_of_microsofts.user_id)::int as people_who_use_both
    from used
    left join holders on used.user_id = holders.user_id and used.category = holders.category
    left join users_of_microsofts
        on used.user_id = users_of_microsofts.user_id and used.category = users_of_microsofts.category
    group by used.product, used.category
)

select
    'low' as severity,
    products.people_with_both || ' of ' || products.people || ' users of ' || products.product || ' hold '
    || products.microsoft_product || ', which does a similar job' as title,
    'application' as subject_type,
    products.app_id as subject_id,
    products.product as subject_name,
    null::text as related_id,
    null::text as related_name,
    products.people_with_both as people,
    observation.evidence,
    observation.observed_since,
    {{ json_object({
        'product': 'products.product',
        'category': 'products.category',
        'microsoft_product': 'products.microsoft_product',
        'people': 'products.people',
        'people_with_both': 'products.people_with_both',
        'people_who_use_both': 'products.people_who_use_both',
    }) }} as details,
    products.people_with_both * prices.monthly_price as estimated_monthly_saving,
    prices.currency,
    'Compare the two for this job. If one is enough, let the contract end, and move the teams before.' as what_to_do
from products
left join {{ ref('int_entra__product_prices') }} as prices on lower(products.product) = prices.product
cross join {{ ref('int_entra__observation') }} as observation
cross join {{ ref('int_entra__known') }} as known
where
    observation.evidence is not null
    and known.app_kinds
    and known.licences
    and known.people
    -- For a few with a large licence among many without, it is no alternative.
    and 2 * products.people_with_both >= products.people

-- One row a licence that was bought, with the plans of it that people use. Exchange Foundation is in nearly all, and is
-- nothing by itself.
select
    skus.sku_id,
    array_agg(
        distinct lower({{ json_text('plan.value', 'servicePlanId') }})
        order by lower({{ json_text('plan.value', 'servicePlanId') }})
    ) as plans,
    array_agg(
        distinct upper({{ json_text('plan.value', 'servicePlanName') }})
        order by upper({{ json_text('plan.value', 'servicePlanName') }})
    ) as plan_names
from {{ ref('stg_entra__subscribed_skus') }} as skus
cross join lateral {{ json_list('skus.service_plans') }} as plan (value)
where
    skus.is_live
    and {{ json_text('plan.value', 'servicePlanId') }} is not null
    and coalesce({{ json_text('plan.value', 'appliesTo') }}, 'User') = 'User'
    and upper({{ json_text('plan.value', 'servicePlanName') }}) is distinct from 'EXCHANGE_S_FOUNDATION'
group by skus.sku_id

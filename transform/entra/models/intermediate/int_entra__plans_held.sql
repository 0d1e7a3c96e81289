-- One row a person and licence, with the plans of it that are not switched off for the person.
with held as (
    select
        people.user_id,
        {{ json_text('held.value', 'skuId') }} as sku_id,
        case
            when {{ json_length(json_part('held.value', 'disabledPlans')) }} > 0
                then {{ texts_of_json(json_part('held.value', 'disabledPlans'), true) }}
        end as plans_off
    from {{ ref('int_entra__people') }} as people
    cross join lateral {{ json_list('people.assigned_licenses') }} as held (value)
    where people.account_state != 'left'
)

select distinct on (held.user_id, held.sku_id)
    held.user_id,
    held.sku_id,
    case
        when held.plans_off is null then plans.plans
        else {{ items_without('plans.plans', 'held.plans_off') }}
    end as plans
from held
inner join {{ ref('int_entra__licence_plans') }} as plans on held.sku_id = plans.sku_id
order by held.user_id asc, held.sku_id asc

-- One row a person and licence that holds nothing that another licence of the person does not hold as well.
with pairs as (
    select
        inner_licence.user_id,
        inner_licence.sku_id,
        outer_licence.sku_id as containing_sku_id,
        {{ length_of('outer_licence.plans') }} as plans
    from {{ ref('int_entra__plans_held') }} as inner_licence
    inner join {{ ref('int_entra__plans_held') }} as outer_licence
        on
            inner_licence.user_id = outer_licence.user_id
            and inner_licence.sku_id != outer_licence.sku_id
            and {{ has_all('outer_licence.plans', 'inner_licence.plans') }}
            -- Of two that hold the same, one contains the other.
            and (
                {{ length_of('inner_licence.plans') }} < {{ length_of('outer_licence.plans') }}
                or inner_licence.sku_id > outer_licence.sku_id
            )
    where {{ length_of('inner_licence.plans') }} > 0
)

select distinct on (user_id, sku_id)
    user_id,
    sku_id,
    containing_sku_id
from pairs
order by user_id asc, sku_id asc, plans desc, containing_sku_id asc

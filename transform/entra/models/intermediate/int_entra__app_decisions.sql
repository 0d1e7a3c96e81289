-- One row an app about which there is a decision that holds today: its own, else that of its product.
with decisions as (
    select
        lower(app_id) as app_id,
        lower(product) as product,
        decision,
        owner,
        note,
        until
    from {{ ref('entra__app_decisions') }}
    where coalesce(until >= {{ as_of() }}::date, true)
)

select distinct on (apps.app_id)
    apps.app_id,
    decisions.decision,
    decisions.owner,
    decisions.note,
    decisions.until
from {{ ref('int_entra__apps') }} as apps
inner join decisions
    on apps.app_id = decisions.app_id or (decisions.app_id is null and lower(apps.product) = decisions.product)
order by apps.app_id asc, decisions.app_id asc nulls last

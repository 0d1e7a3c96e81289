-- A contract or subscription renews or ends soon: until then seats can be given back.
with subscriptions as (
    select
        subscriptions.*,
        licences.name,
        licences.paid_units,
        licences.consumed_units,
        subscriptions.next_status_at::date - {{ as_of() }}::date as days
    from {{ ref('stg_entra__subscriptions') }} as subscriptions
    inner join {{ ref('int_entra__licences') }} as licences
        on subscriptions.sku_id = licences.sku_id and (subscriptions.is_trial or not licences.is_free)
    cross join {{ ref('int_entra__known') }} as known
    where
        known.subscriptions
        and subscriptions.is_live
        and subscriptions.status in ('Enabled', 'Warning')
        and subscriptions.seats > 0
        and subscriptions.next_status_at::date >= {{ as_of() }}::date
        and subscriptions.next_status_at::date <= {{ as_of() }}::date + {{ var('renewal_days') }}
)

select
    case when contracts.renews_at <= {{ as_of() }}::date + 30 then 'medium' else 'low' end as severity,
    'The contract for ' || contracts.product || ' renews '
    || case contracts.renews_at - {{ as_of() }}::date
        when 0 then 'today'
        when 1 then 'tomorrow'
        else 'in ' || (contracts.renews_at - {{ as_of() }}::date) || ' days'
    end
    || coalesce(
        ', with '
        || {{ number_of('nullif(costs.seats_without_use, 0)', 'one seat', 'seats') }}
        || ' that no one used in 30 days',
        ''
    ) as title,
    'contract' as subject_type,
    lower(contracts.product) as subject_id,
    contracts.product as subject_name,
    null::text as related_id,
    null::text as related_name,
    costs.people_30d as people,
    coalesce(costs.evidence, 'directory') as evidence,
    costs.observed_since,
    {{ json_object({
        'renews_at': 'contracts.renews_at',
        'seats': 'contracts.seats',
        'people_with_access': 'costs.people_with_access',
        'people_30d': 'costs.people_30d',
        'seats_without_use': 'costs.seats_without_use',
        'monthly_cost': 'costs.monthly_cost',
        'owner': 'contracts.owner',
    }) }} as details,
    -- What interactive sign-ins do not show may be in use all the same.
    case when costs.evidence in ('all sign-ins', 'summaries') then costs.seats_without_use * contracts.monthly_price end
        as estimated_monthly_saving,
    case when costs.evidence in ('all sign-ins', 'summaries') then contracts.currency end as currency,
    'Decide before that day whether it is still needed, and for how many people.' as what_to_do
from {{ ref('entra__contracts') }} as contracts
inner join {{ ref('entra__product_costs') }} as costs on contracts.product = costs.product
where
    contracts.renews_at >= {{ as_of() }}::date
    and contracts.renews_at <= {{ as_of() }}::date + {{ var('renewal_days') }}
union all
select
    case when days <= 30 and not is_trial then 'medium' else 'low' end,
    case when is_trial then 'The trial of ' else 'The subscription of ' end
    || {{ number_of('seats', 'one licence', 'licences') }} || ' of ' || name
    || case
        when status = 'Warning' then ' has expired and is suspended '
        when is_trial then ' ends '
        else ' renews or ends '
    end
    || case days when 0 then 'today' when 1 then 'tomorrow' else 'in ' || days || ' days' end,
    'licence',
    sku_id,
    name,
    subscription_id,
    null,
    null,
    'directory',
    null,
    {{ json_object({
        'ends_at': json_moment('next_status_at'),
        'status': 'status',
        'trial': 'is_trial',
        'licences': 'seats',
        'paid': 'paid_units',
        'assigned': 'consumed_units',
    }) }},
    -- What unassigned ones cost is in unassigned_licences.
    null,
    null,
    case
        when status = 'Warning' then 'Renew it, or move its people to another licence before it is suspended.'
        when is_trial then 'Buy it, or have people save what they made in it before it ends.'
        else 'Decide before that day how many licences are needed. unassigned_licences tells how many are to spare.'
    end
from subscriptions

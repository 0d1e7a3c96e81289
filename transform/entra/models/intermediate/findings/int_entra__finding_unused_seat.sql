{{ config(materialized='table') }}

-- A person was given an app, and does not use it.
{%- set because -%}
    case
        when observation.is_absent then 'the person signs in to nothing'
        when observation.is_of_idle_app or observation.evidence = 'activity report' then 'the app has no use'
        else 'the person does not sign in to the app'
    end
{%- endset %}
with seats as (
    select
        seats.user_id,
        seats.app_id,
        seats.is_direct,
        seats.assigned_at,
        people.name as person_name,
        apps.name as app_name,
        apps.product,
        used.last_at as last_use_at,
        people.last_sign_in_at,
        apps.last_reported_use_at,
        observation.interactive_since,
        observation.all_since,
        observation.summed_since,
        {{ proof_of_disuse(
            var('unused_days'),
            '(observation.app_report_is_current and apps.last_reported_use_at < ' ~ days_ago(var('unused_days'))
            ~ ' and coalesce(apps.last_logged_use_at < ' ~ days_ago(var('unused_days')) ~ ', true)'
            ~ ") or absent.evidence = 'activity report'"
        ) }} as evidence,
        absent.user_id is not null as is_absent,
        coalesce(idle.severity != 'check', false) as is_of_idle_app,
        coalesce(idle.severity = 'check', false) as is_of_quiet_app,
        known.group_seats as is_saving_known,
        known.group_seats and known.joining_dates as is_date_known
    from {{ ref('int_entra__seats') }} as seats
    cross join {{ ref('int_entra__observation') }} as observation
    cross join {{ ref('int_entra__known') }} as known
    inner join
        {{ ref('int_entra__people') }} as people
        on seats.user_id = people.user_id and people.is_in_service and people.is_person
    inner join {{ ref('int_entra__apps') }} as apps
        on seats.app_id = apps.app_id and apps.is_in_service and apps.kind in ('third_party', 'in_house')
    left join {{ ref('int_entra__absent_people') }} as absent on seats.user_id = absent.user_id
    left join {{ ref('int_entra__finding_unused_app') }} as idle on seats.app_id = idle.subject_id
    left join {{ ref('int_entra__person_app_use') }} as used
        on seats.user_id = used.user_id and seats.app_id = used.app_id
    left join {{ ref('int_entra__unconfirmed_use') }} as unconfirmed
        on seats.user_id = unconfirmed.user_id and seats.app_id = unconfirmed.app_id
    -- Who got the seat lately cannot have left it unused for long.
    where
        seats.assigned_at <= {{ days_ago(var('unused_days')) }}
        and {{ is_long_here(var('unused_days')) }}
        and coalesce(greatest(used.last_at, unconfirmed.last_at) < {{ days_ago(var('unused_days')) }}, true)
),

-- A product is paid for once a person, however many apps it has, and it is needed where one of them is used.
products_in_use as (
    select distinct
        used.user_id,
        apps.product
    from {{ ref('int_entra__person_app_use') }} as used
    inner join {{ ref('int_entra__apps') }} as apps on used.app_id = apps.app_id
    where apps.product is not null and used.last_at >= {{ days_ago(var('unused_days')) }}
),

judged as (
    select
        seats.*,
        seats.is_saving_known
        and seats.evidence != 'interactive sign-ins'
        and products_in_use.user_id is null
        and row_number() over (
            partition by seats.user_id, seats.product, seats.evidence = 'interactive sign-ins'
            order by seats.app_id
        ) = 1 as is_saving
    from seats
    left join products_in_use
        on seats.user_id = products_in_use.user_id and seats.product = products_in_use.product
    where seats.evidence is not null
)

select
    -- An account or an app without use is a finding of its own, and one thing to see to instead of many.
    case
        when observation.evidence = 'interactive sign-ins' then 'check'
        when observation.is_absent or observation.is_of_idle_app then 'low'
        else 'medium'
    end as severity,
    observation.person_name
    || ' has not used '
    || observation.app_name
    || ' for {{ in_days(var("unused_days")) }}' as title,
    'employee' as subject_type,
    observation.user_id as subject_id,
    observation.person_name as subject_name,
    observation.app_id as related_id,
    observation.app_name as related_name,
    1 as people,
    observation.evidence,
    {{ proof_since('observation.evidence') }} as observed_since,
    {{ json_object({
        'because': because,
        'assigned_at': json_moment('case when observation.is_date_known then observation.assigned_at end'),
        'assigned_directly': 'observation.is_direct',
        'last_use_at': json_moment('observation.last_use_at'),
        'person_last_signed_in_at': json_moment('observation.last_sign_in_at'),
        'app_last_used_at': json_moment('observation.last_reported_use_at'),
    }) }} as details,
    case when observation.is_saving then prices.monthly_price end as estimated_monthly_saving,
    case when observation.is_saving then prices.currency end as currency,
    case
        when observation.evidence = 'interactive sign-ins'
            then
                'Ask whether it is needed: clients that stay signed in do not show in the log of interactive sign-ins. '
                || 'Load non_interactive_sign_ins, or their summaries, to be sure.'
        when observation.is_absent then 'See to the account first: it is used for nothing.'
        when observation.is_of_idle_app then 'See to the app first: it has no use.'
        when observation.is_of_quiet_app then 'Look at the app first: it may be unused.'
        when observation.is_direct then 'Take the assignment back, unless it is kept on purpose.'
        else 'The seat comes from a group: take the person out of it, or assign the app to fewer people.'
    end as what_to_do
from judged as observation
left join {{ ref('int_entra__product_prices') }} as prices on lower(observation.product) = prices.product

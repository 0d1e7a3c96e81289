{{ config(indexes=[{'columns': ['app_id', 'month'], 'unique': true}]) }}

select
    usage.app_id,
    usage.month,
    usage.people,
    usage.sign_ins,
    usage.failures,
    -- A month that began before the logs, or has not ended, has fewer people than it really had.
    coalesce(observation.observed_since <= usage.month, false)
    and usage.month + interval '1 month' <= {{ as_of() }} as is_whole
from {{ ref('int_entra__app_month_use') }} as usage
cross join {{ ref('int_entra__observation') }} as observation

{{ config(indexes=[{'columns': ['app_id', 'month'], 'unique': true}]) }}

select
    usage.app_id,
    date_trunc('month', usage.day)::date as month,
    count(distinct usage.user_id) filter (where usage.sign_ins > 0)::int as people,
    sum(usage.sign_ins)::bigint as sign_ins,
    sum(usage.failures)::bigint as failures,
    -- A month that began before the logs, or has not ended, has fewer people than it really had.
    bool_and(
        coalesce(observation.observed_since <= date_trunc('month', usage.day), false)
        and date_trunc('month', usage.day) + interval '1 month' <= {{ as_of() }}
    ) as is_whole
from {{ ref('entra__app_usage') }} as usage
cross join {{ ref('int_entra__observation') }} as observation
group by usage.app_id, date_trunc('month', usage.day)::date

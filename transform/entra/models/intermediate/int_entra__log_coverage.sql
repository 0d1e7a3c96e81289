-- Since when each log has been read without a gap. Microsoft keeps 30 days: a first run reads back that far, and
-- whatever later runs could not read in time is lost for good.
-- Materialized: it is read for each stream, and the oldest row of a log is worth looking up once.
with first_rows as materialized (
    select
        'sign_ins' as stream,
        min(created_at) as oldest_row_at
    from {{ ref('stg_entra__sign_ins') }}
    union all
    select
        'non_interactive_sign_ins',
        min(created_at)
    from {{ ref('stg_entra__non_interactive_sign_ins') }}
    union all
    select
        'service_principal_sign_ins',
        min(created_at)
    from {{ ref('stg_entra__service_principal_sign_ins') }}
    union all
    select
        'non_interactive_sign_in_summaries',
        min(first_at)
    from {{ ref('stg_entra__non_interactive_sign_in_summaries') }}
),

complete_runs as (
    select
        stream,
        run_at,
        lag(run_at) over (partition by stream order by run_at) as previous_run_at
    from {{ ref('int_entra__runs') }}
    where outcome = 'complete'
),

-- A partial or failed run is no gap by itself: the bookmark stays, and the next run reads on from there. A longer
-- silence than Microsoft's retention is one even if the bookmark was lost meanwhile, and no gap was noted.
complete as (
    select
        stream,
        max(run_at) as last_complete_at,
        max(run_at) filter (where run_at - previous_run_at > interval '29 days') as resumed_at
    from complete_runs
    group by stream
),

gaps as (
    select
        stream,
        max(gap_to) as gap_to
    from {{ ref('int_entra__runs') }}
    group by stream
),

-- How long Microsoft keeps the sums is not documented. So a day without any counts as lost, unless a run shortly after
-- it has seen that there are none.
summed_days as (
    select
        day,
        lead(day) over (order by day) as next_day
    from (select distinct day from {{ ref('stg_entra__non_interactive_sign_in_summaries') }}) as days
),

empty_days as (
    select {{ days_from('day + 1', 'next_day - 1') }} as day
    from summed_days
),

lost_days as (
    select max(empty_days.day)::date + 1 as seen_again_at
    from empty_days
    where not exists (
        select 1
        from complete_runs
        where
            complete_runs.stream = 'non_interactive_sign_in_summaries'
            and complete_runs.run_at >= empty_days.day + interval '1 day'
            and complete_runs.run_at < empty_days.day + interval '3 days'
    )
)

select
    first_rows.stream,
    case
        when complete.last_complete_at >= {{ days_ago(var('stale_days')) }}
            then greatest(
                first_rows.oldest_row_at,
                gaps.gap_to,
                complete.resumed_at,
                case when first_rows.stream = 'non_interactive_sign_in_summaries' then lost_days.seen_again_at end
            )
    end as observed_since,
    complete.last_complete_at
from first_rows
inner join complete on first_rows.stream = complete.stream
left join gaps on first_rows.stream = gaps.stream
cross join lost_days
where first_rows.oldest_row_at is not null

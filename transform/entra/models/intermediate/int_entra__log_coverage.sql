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
)

select
    first_rows.stream,
    case
        when complete.last_complete_at >= {{ days_ago(var('stale_days')) }}
            then greatest(first_rows.oldest_row_at, gaps.gap_to, complete.resumed_at)
    end as observed_since,
    complete.last_complete_at
from first_rows
inner join complete on first_rows.stream = complete.stream
left join gaps on first_rows.stream = gaps.stream
where first_rows.oldest_row_at is not null

{{ config(materialized='view') }}

-- One row a run, as it tells of itself: whether all of it was read, and how long that took.
select
    run_id,
    min(started_at) as started_at,
    max(finished_at) as finished_at,
    count(*) filter (where outcome = 'complete')::int as complete,
    count(*) filter (where outcome = 'partial')::int as partial,
    count(*) filter (where outcome = 'skipped')::int as skipped,
    count(*) filter (where outcome = 'failed')::int as failed,
    sum(rows)::bigint as rows
from {{ ref('stg_entra__stream_runs') }}
group by run_id

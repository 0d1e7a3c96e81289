-- One row a stream and run, with the instant up to which the run knows what happened: its start, or its newest log row
-- where Microsoft's clock is ahead.
select
    *,
    greatest(started_at, max(newest_row_at) over (partition by run_id)) as run_at
from {{ ref('stg_entra__stream_runs') }}

{{ config(materialized='view') }}

-- A view, and by the clock: it must tell of a pipeline that has died, and then there are no more builds.
with numbered as (
    select
        *,
        row_number() over (partition by stream order by finished_at desc nulls first, run_id desc) as nth
    from {{ ref('stg_entra__stream_runs') }}
),

last_complete as (
    select distinct on (stream)
        stream,
        finished_at,
        rows
    from {{ ref('stg_entra__stream_runs') }}
    where outcome = 'complete'
    order by stream asc, finished_at desc nulls first
),

summed as (
    select
        stream,
        max(newest_row_at) as newest_row_at,
        {{ first_of('gap_from', 'gap_to desc', 'gap_to is not null') }} as gap_from,
        max(gap_to) as gap_to
    from numbered
    group by stream
),

-- Also what has never been read: a figure that is null is then explained.
streams as (
    select stream from {{ ref('entra__streams') }}
    union
    select stream from numbered
),

described as (
    select
        streams.stream,
        last_run.outcome,
        last_run.finished_at,
        last_run.graph_code,
        last_run.action,
        last_complete.finished_at as last_complete_at,
        last_complete.rows,
        summed.newest_row_at,
        summed.gap_from,
        summed.gap_to,
        last_run.counted_day,
        last_run.loaded_count,
        last_run.microsoft_count,
        last_run.finished_at < {{ clock() }} - interval '{{ var("stale_days") }} days' as is_stale,
        -- What summaries stand in for is no figure less.
        streams.stream = 'non_interactive_sign_ins'
        and coalesce(
            bool_or(
                streams.stream = 'non_interactive_sign_in_summaries'
                and last_complete.finished_at >= {{ clock() }} - interval '{{ var("stale_days") }} days'
            ) over (),
            false
        ) as has_stand_in,
        -- Other streams are read, and this one is not: somebody does not want it any more.
        max(last_run.finished_at) over () >= {{ clock() }} - interval '{{ var("stale_days") }} days' as is_running
    from streams
    left join numbered as last_run on streams.stream = last_run.stream and last_run.nth = 1
    left join summed on streams.stream = summed.stream
    left join last_complete on streams.stream = last_complete.stream
)

select
    stream,
    case
        when outcome is null or (is_stale and is_running) then 'not selected'
        when is_stale then 'action required'
        when outcome = 'complete' then 'active'
        when outcome = 'skipped' then 'not available'
        when outcome = 'partial' and last_complete_at is null and graph_code is null then 'getting data'
        else 'action required'
    end as state,
    case
        when outcome is null then 'never read'
        when is_stale and is_running
            then 'not read since ' || {{ day_text('finished_at') }} || ', while other streams are'
        when is_stale then 'not read since ' || {{ day_text('finished_at') }} || ', nor has anything else been'
        when outcome = 'complete' and gap_to >= {{ clock() }} - interval '30 days'
            then 'up to date, but part of it was never read'
        when outcome = 'complete' then 'up to date'
        when outcome = 'partial' and last_complete_at is null then 'the first load has not ended yet'
        when outcome = 'partial' then 'rows are missing, or not to be trusted'
        when outcome = 'skipped' then 'Microsoft does not let this tap read it'
        else 'could be read before, and not in the last run'
    end || coalesce(' (' || graph_code || ')', '') as reason,
    case
        when outcome is null then 'If you want its figures, select it.'
        when is_stale and is_running then 'If it is wanted, select it again.'
        -- What Microsoft does not let the tap read is no reason why nothing is read.
        when is_stale
            then
                concat_ws(
                    ' ',
                    'See to it that the tap runs daily.',
                    case when outcome in ('partial', 'failed') then action end
                )
        else action
    end as action,
    finished_at as last_run_at,
    outcome as last_outcome,
    last_complete_at,
    rows,
    newest_row_at,
    gap_from,
    gap_to,
    counted_day,
    loaded_count,
    microsoft_count,
    round(loaded_count::numeric / nullif(microsoft_count, 0), 4)::numeric(18, 4) as loaded_share,
    case
        when last_complete_at is null and not has_stand_in then {{ figures_of('stream') }}
        else {{ no_texts() }}
    end as missing_figures
from described

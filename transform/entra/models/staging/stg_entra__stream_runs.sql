with source as (
    {{
        raw('stream_runs', {
            'runId': 'text',
            'stream': 'text',
            'startedAt': 'timestamp',
            'finishedAt': 'timestamp',
            'outcome': 'text',
            'rows': 'bigint',
            'deleted': 'bigint',
            'newestRow': 'timestamp',
            'gapFrom': 'timestamp',
            'gapTo': 'timestamp',
            'countedDay': 'timestamp',
            'loadedCount': 'bigint',
            'microsoftCount': 'bigint',
            'graphCode': 'text',
            'requestId': 'text',
            'action': 'text'
        })
    }}
)

select
    "runId" as run_id,
    "stream" as stream,
    "startedAt" as started_at,
    "finishedAt" as finished_at,
    "outcome" as outcome,
    "rows" as rows,
    "deleted" as deleted,
    "newestRow" as newest_row_at,
    "gapFrom" as gap_from,
    "gapTo" as gap_to,
    "countedDay"::date as counted_day,
    "loadedCount" as loaded_count,
    "microsoftCount" as microsoft_count,
    "graphCode" as graph_code,
    "requestId" as request_id,
    "action" as action
from source

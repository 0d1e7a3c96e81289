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
            'holeFrom': 'timestamp',
            'holeTo': 'timestamp',
            'graphCode': 'text',
            'requestId': 'text',
            'cure': 'text'
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
    "holeFrom" as hole_from,
    "holeTo" as hole_to,
    "graphCode" as graph_code,
    "requestId" as request_id,
    "cure" as cure
from source

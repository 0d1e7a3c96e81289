-- One row: the instant that is called now. The tap's own word, so that a build of yesterday's load says what was true
-- then.
select
    coalesce(
        {% if var('as_of') %}'{{ var("as_of") }}'{% else %}null{% endif %}::timestamp,
        max(finished_at),
        {{ utc_now() }}
    ) as as_of
from {{ ref('stg_entra__stream_runs') }}

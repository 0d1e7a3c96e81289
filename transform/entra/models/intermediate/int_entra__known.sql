-- One row: which figures can be known, by the streams that were ever read to their end. That a table is there says
-- nothing: the loader makes it, empty, also of a stream that Microsoft refuses.
with complete as (
    select array_agg(distinct stream order by stream) as streams
    from {{ ref('int_entra__runs') }}
    where outcome = 'complete'
)

select {{ known_flags('streams') }}
from complete

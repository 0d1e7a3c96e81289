-- One row a person or app with findings: of which kinds, how many are open and no detail of another,
-- and the worst of these.
select
    subject_type,
    subject_id,
    count(*) filter (where is_open and parent_id is null)::int as findings,
    array_agg(distinct kind order by kind) as kinds,
    {{ severity_of('min(' ~ severity_rank('severity') ~ ') filter (where is_open and parent_id is null)') }}
        as worst_severity
from {{ ref('entra__insights') }}
group by subject_type, subject_id

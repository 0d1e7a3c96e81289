-- One row a person or app with findings: how many, of which kinds, and how severe the worst is.
select
    subject_type,
    subject_id,
    count(*)::int as findings,
    array_agg(distinct kind order by kind) as kinds,
    ({{ severities() }})[min({{ severity_rank('severity') }})] as worst_severity
from {{ ref('entra__insights') }}
group by subject_type, subject_id

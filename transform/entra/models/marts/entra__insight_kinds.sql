select
    kind,
    {{ severity_of('min(' ~ severity_rank('severity') ~ ')') }} as worst_severity,
    count(*)::int as findings,
    count(*) filter (where is_open and parent_id is null)::int as open_findings,
    count(distinct subject_id)::int as subjects,
    sum(estimated_monthly_saving) as estimated_monthly_saving,
    -- Amounts in two currencies have no sum.
    case when count(distinct currency) = 1 then max(currency) end as currency
from {{ ref('entra__insights') }}
group by kind

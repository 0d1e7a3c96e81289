-- One row an app with seats: how many people have one, and how.
select
    app_id,
    count(*) filter (where is_direct) as people_assigned,
    count(*) filter (where not is_direct) as people_assigned_by_group,
    count(*) as people_with_access
from {{ ref('int_entra__seats') }}
group by app_id

-- How many people signed in to each app lately.
select
    app_id,
    count(*) filter (where sign_ins_30d > 0) as people_30d,
    count(*) filter (where sign_ins_90d > 0) as people_90d,
    count(*) filter (where sign_ins_before > 0) as people_before,
    coalesce(sum(sign_ins_30d), 0)::bigint as sign_ins_30d
from {{ ref('int_entra__person_app_recent') }}
group by app_id

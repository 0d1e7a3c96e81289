-- What each person did with each app lately. Days older than that are not read.
select
    user_id,
    app_id,
    sum(sign_ins) filter (where {{ within_days('day', 30) }}) as sign_ins_30d,
    sum(sign_ins) filter (where {{ within_days('day', 60) }} and not {{ within_days('day', 30) }}) as sign_ins_before,
    sum(sign_ins) as sign_ins_90d
from {{ ref('entra__app_usage') }}
where {{ within_days('day', 90) }} and sign_ins > 0
group by user_id, app_id

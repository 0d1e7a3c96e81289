-- What each person did with each app lately, or tried to. Days older than that are not read.
select
    user_id,
    app_id,
    count(*) filter (where sign_ins > 0 and {{ within_days('day', 30) }}) as days_used_30d,
    coalesce(sum(sign_ins) filter (where {{ within_days('day', 30) }}), 0)::bigint as sign_ins_30d,
    coalesce(sum(failures) filter (where {{ within_days('day', 30) }}), 0)::bigint as failures_30d,
    coalesce(
        sum(sign_ins) filter (where {{ within_days('day', 60) }} and not {{ within_days('day', 30) }}), 0
    )::bigint as sign_ins_before,
    sum(sign_ins)::bigint as sign_ins_90d
from {{ ref('entra__app_usage') }}
where {{ within_days('day', 90) }}
group by user_id, app_id

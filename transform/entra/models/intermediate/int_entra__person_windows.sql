-- How many third-party and in-house apps each person signed in to lately.
select
    recent.user_id,
    count(*) filter (where recent.sign_ins_30d > 0) as apps_used_30d,
    count(*) filter (where recent.sign_ins_90d > 0) as apps_used_90d
from {{ ref('int_entra__person_app_recent') }} as recent
inner join
    {{ ref('int_entra__apps') }} as apps
    on recent.app_id = apps.app_id and apps.kind in ('third_party', 'in_house')
group by recent.user_id

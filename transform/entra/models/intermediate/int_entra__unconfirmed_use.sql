-- Sums that may be of one person or another: no use that is counted, and enough not to call any of them absent.
select
    people.user_id,
    sums.app_id,
    max(sums.first_at) as last_at
from {{ ref('stg_entra__non_interactive_sign_in_summaries') }} as sums
inner join {{ ref('int_entra__summary_people') }} as people
    on sums.user_name = people.user_name and sums.day = people.day and not people.is_certain
where sums.app_id is not null and {{ is_counted_sum('sums') }} and sums.error_code = 0
group by people.user_id, sums.app_id

-- Microsoft's daily sums of non-interactive sign-ins, by person.
select
    people.user_id,
    sums.app_id,
    sums.day,
    {{ first_of('sums.app_name', 'sums.first_at desc nulls first', "sums.app_name != ''") }} as app_name,
    coalesce(sum(sums.sign_ins) filter (where sums.error_code = 0), 0) as sign_ins,
    coalesce(sum(sums.sign_ins) filter (where {{ is_failure() }}), 0) as failures,
    coalesce(sum(sums.sign_ins) filter (where sums.error_code in {{ interrupt_codes() }}), 0) as interrupts,
    min(sums.first_at) filter (where sums.error_code = 0) as first_at,
    -- Of each sum only the first sign-in has a time.
    max(sums.first_at) filter (where sums.error_code = 0) as last_at,
    max(sums.loaded_at) as loaded_at
from {{ ref('stg_entra__non_interactive_sign_in_summaries') }} as sums
inner join {{ ref('int_entra__summary_people') }} as people
    on sums.user_name = people.user_name and sums.day = people.day and people.is_certain
where sums.app_id is not null and {{ is_counted_sum('sums') }}
group by people.user_id, sums.app_id, sums.day

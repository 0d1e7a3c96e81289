-- Microsoft's daily sums of non-interactive sign-ins, by person. What was summed under a name that fits no person, or
-- two equally well, is left out.
with sums as (
    select *
    from {{ ref('stg_entra__non_interactive_sign_in_summaries') }}
    where user_name is not null and app_id is not null and day is not null
),

named_days as (
    select distinct
        user_name,
        day
    from sums
),

-- Best is who signed in with the name before and after that day, then who has it now and was here already, then who
-- signed in with it on the nearest day.
candidates as (
    select
        named_days.user_name,
        named_days.day,
        names.user_id,
        rank() over (
            partition by named_days.user_name, named_days.day
            order by
                case
                    when named_days.day between names.first_day and names.last_day then 0
                    when names.place = 1 and coalesce(names.since <= named_days.day, true) then 1
                    when names.first_day is not null then 2
                    else 2 + names.place
                end,
                case
                    when named_days.day between names.first_day and names.last_day then 0
                    else least(abs(named_days.day - names.first_day), abs(named_days.day - names.last_day))
                end
        ) as place
    from named_days
    inner join {{ ref('int_entra__user_names') }} as names on named_days.user_name = names.user_name
),

people as (
    select
        user_name,
        day,
        min(user_id) as user_id
    from candidates
    where place = 1
    group by user_name, day
    having count(*) = 1
)

select
    people.user_id,
    sums.app_id,
    sums.day,
    (array_agg(sums.app_name order by sums.first_at desc) filter (where sums.app_name != ''))[1] as app_name,
    coalesce(sum(sums.sign_ins) filter (where sums.error_code = 0), 0) as sign_ins,
    coalesce(sum(sums.sign_ins) filter (where {{ is_failure() }}), 0) as failures,
    coalesce(sum(sums.sign_ins) filter (where sums.error_code in {{ interrupt_codes() }}), 0) as interrupts,
    min(sums.first_at) filter (where sums.error_code = 0) as first_at,
    -- Of each sum only the first sign-in has a time.
    max(sums.first_at) filter (where sums.error_code = 0) as last_at,
    max(sums.loaded_at) as loaded_at
from sums
inner join people on sums.user_name = people.user_name and sums.day = people.day
group by people.user_id, sums.app_id, sums.day

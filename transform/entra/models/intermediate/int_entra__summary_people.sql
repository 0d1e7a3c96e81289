-- Whose the sums of a name on a day are. Certain is who signed in with the name before and after that day. Else it is
-- who has it now, who signed in with it last before or first after: if these are two people, it may be either.
-- Addresses that are no sign-in name come last. An account had no name before it was made, nor after it was deleted.
with named_days as (
    select distinct
        user_name,
        day
    from {{ ref('stg_entra__non_interactive_sign_in_summaries') }}
    where user_name is not null and day is not null
),

candidates as (
    select
        named_days.user_name,
        named_days.day,
        names.user_id,
        names.place,
        names.since,
        coalesce(named_days.day between names.first_day and names.last_day, false) as is_in_log,
        case when names.last_day < named_days.day then names.last_day end as before,
        case when names.first_day > named_days.day then names.first_day end as after
    from named_days
    inner join {{ ref('int_entra__user_names') }} as names on named_days.user_name = names.user_name
    where
        named_days.day between names.first_day and names.last_day
        or (coalesce(names.since <= named_days.day, true) and coalesce(names.until >= named_days.day, true))
),

neighbours as (
    select
        *,
        max(before) over (partition by user_name, day) as last_before,
        min(after) over (partition by user_name, day) as first_after,
        max(case when place = 1 then since end) over (partition by user_name, day) as made_at
    from candidates
),

ranked as (
    select
        user_name,
        day,
        user_id,
        case
            when is_in_log then 1
            when place = 1 then 2
            -- Whose account was made since then had the name from its first day on.
            when before = last_before and coalesce(made_at <= last_before, true) then 2
            when after = first_after then 2
            else 2 + place
        end as place
    from neighbours
),

best as (
    select
        user_name,
        day,
        user_id,
        rank() over (partition by user_name, day order by place asc nulls last) as place
    from ranked
)

select
    user_name,
    day,
    user_id,
    count(*) over (partition by user_name, day) = 1 as is_certain
from best
where place = 1

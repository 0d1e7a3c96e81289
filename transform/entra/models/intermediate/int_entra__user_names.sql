-- To whom a sign-in name belongs, or belonged. Summaries of sign-ins give the name alone, of guests their own address.
-- People change names: the logs tell who signed in with a name and when, the directory who has it now, also as an old
-- address.
with wanted as (
    select distinct user_name
    from {{ ref('stg_entra__non_interactive_sign_in_summaries') }}
    where user_name is not null
),

log as (
    select
        user_name,
        user_id,
        created_at
    from {{ ref('stg_entra__sign_ins') }}
    union all
    select
        user_name,
        user_id,
        created_at
    from {{ ref('stg_entra__non_interactive_sign_ins') }}
),

signed_in as (
    select
        user_name,
        user_id,
        min(created_at)::date as first_day,
        max(created_at)::date as last_day
    from log
    where
        user_name in (select wanted.user_name from wanted)
        and user_id not in ('', '00000000-0000-0000-0000-000000000000')
    group by user_name, user_id
),

-- 1 is the name to sign in with; the higher, the less it says. What somebody has left behind comes after all of these.
addresses as (
    select
        users.user_id,
        -- In the recycle bin the object id stands before the name.
        case
            when users.is_live then users.user_principal_name
            else {{ replace_matches('users.user_principal_name', '^[0-9a-fA-F]{32}', '') }}
        end as address,
        1 as place
    from {{ ref('stg_entra__users') }} as users
    union all
    select
        users.user_id,
        users.email,
        2
    from {{ ref('stg_entra__users') }} as users
    union all
    select
        users.user_id,
        {{ replace_matches(json_text('address.value'), '^[A-Za-z0-9]+:', '') }},
        3
    from {{ ref('stg_entra__users') }} as users
    cross join lateral {{ json_list('users.proxy_addresses') }} as address (value)
    union all
    select
        users.user_id,
        {{ json_text('address.value') }},
        4
    from {{ ref('stg_entra__users') }} as users
    cross join lateral {{ json_list('users.other_mails') }} as address (value)
),

held as (
    select
        lower(addresses.address) as user_name,
        users.user_id,
        min(addresses.place + case when users.is_live then 0 else 4 end) as place
    from addresses
    inner join {{ ref('stg_entra__users') }} as users on addresses.user_id = users.user_id
    where lower(addresses.address) in (select wanted.user_name from wanted)
    group by lower(addresses.address), users.user_id
)

select
    coalesce(signed_in.user_name, held.user_name) as user_name,
    coalesce(signed_in.user_id, held.user_id) as user_id,
    signed_in.first_day,
    signed_in.last_day,
    held.place,
    users.created_at::date as since,
    users.removed_at::date as until
from signed_in
full join held on signed_in.user_name = held.user_name and signed_in.user_id = held.user_id
left join {{ ref('stg_entra__users') }} as users on coalesce(signed_in.user_id, held.user_id) = users.user_id

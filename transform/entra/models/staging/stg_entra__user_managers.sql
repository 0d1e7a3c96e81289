-- Microsoft does not report the links of who has left: one counts only while both ends live.
with source as (
    {{
        raw('user_managers', {
            'userId': 'text',
            'managerId': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "userId" as user_id,
    "managerId" as manager_id
from source
where
    {{ is_live() }}
    and "userId" in (select users.user_id from {{ ref('stg_entra__users') }} as users where users.is_live)
    and "managerId" in (select users.user_id from {{ ref('stg_entra__users') }} as users where users.is_live)

with source as (
    {{
        raw('non_interactive_sign_in_summaries', {
            'groupId': 'text',
            'aggregationDateTime': 'timestamp',
            'firstSignInDateTime': 'timestamp',
            'userPrincipalName': 'text',
            'appId': 'text',
            'appDisplayName': 'text',
            'status': 'json',
            'signInCount': 'bigint',
            '_sdc_deleted_at': 'log time',
            '_sdc_batched_at': 'log time'
        })
    }}
)

select
    "groupId" as summary_id,
    "aggregationDateTime"::date as day,
    "firstSignInDateTime" as first_at,
    "appDisplayName" as app_name,
    -- A sum is of one sign-in at least, whatever its number says.
    greatest("signInCount", 1) as sign_ins,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    "_sdc_batched_at" as loaded_at,
    lower(nullif("userPrincipalName", '')) as user_name,
    lower(nullif("appId", '')) as app_id,
    {{ json_integer('"status"', 'errorCode') }} as error_code
from source

with source as (
    {{
        raw('user_sign_in_activity', {
            'id': 'text',
            'signInActivity': 'json',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as user_id,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    {{ json_time('"signInActivity"', 'lastSignInDateTime') }} as last_sign_in_at,
    {{ json_time('"signInActivity"', 'lastNonInteractiveSignInDateTime') }} as last_non_interactive_sign_in_at,
    {{ json_time('"signInActivity"', 'lastSuccessfulSignInDateTime') }} as last_successful_sign_in_at,
    {{ last_activity('"signInActivity"') }} as last_known_at,
    {{ last_success('"signInActivity"') }} as last_success_at,
    {{ last_attempt('"signInActivity"') }} as last_attempt_at
from source

with source as (
    {{
        raw('user_registration_details', {
            'id': 'text',
            'isMfaRegistered': 'boolean',
            'isMfaCapable': 'boolean',
            'isPasswordlessCapable': 'boolean',
            'methodsRegistered': 'json',
            'lastUpdatedDateTime': 'timestamp',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as user_id,
    "isMfaRegistered" as is_mfa_registered,
    "isMfaCapable" as is_mfa_capable,
    "isPasswordlessCapable" as is_passwordless_capable,
    "methodsRegistered" as methods_registered,
    "lastUpdatedDateTime" as updated_at,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

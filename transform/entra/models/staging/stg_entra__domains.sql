with source as (
    {{
        raw('domains', {
            'id': 'text',
            'authenticationType': 'text',
            'isDefault': 'boolean',
            'isVerified': 'boolean',
            'isInitial': 'boolean',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as domain,
    "authenticationType" as authentication_type,
    "isDefault" as is_default,
    "isVerified" as is_verified,
    "isInitial" as is_initial,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

with source as (
    {{
        raw('service_principal_owners', {
            'servicePrincipalId': 'text',
            'ownerId': 'text',
            'ownerType': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "servicePrincipalId" as service_principal_id,
    "ownerId" as owner_id,
    "ownerType" as owner_type,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

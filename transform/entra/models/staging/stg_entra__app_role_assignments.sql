with source as (
    {{
        raw('app_role_assignments', {
            'id': 'text',
            'resourceId': 'text',
            'principalId': 'text',
            'principalType': 'text',
            'appRoleId': 'text',
            'createdDateTime': 'timestamp',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as assignment_id,
    "resourceId" as resource_id,
    "principalId" as principal_id,
    "principalType" as principal_type,
    "createdDateTime" as assigned_at,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    lower("appRoleId") as app_role_id
from source

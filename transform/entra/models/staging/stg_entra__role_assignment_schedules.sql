with source as (
    {{
        raw('role_assignment_schedules', {
            'id': 'text',
            'principalId': 'text',
            'roleDefinitionId': 'text',
            'directoryScopeId': 'text',
            'assignmentType': 'text',
            'scheduleInfo': 'json',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as schedule_id,
    "principalId" as principal_id,
    "roleDefinitionId" as role_id,
    "directoryScopeId" as directory_scope_id,
    "assignmentType" as assignment_type,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    {{ json_time('"scheduleInfo"', 'startDateTime') }} as starts_at,
    {{ json_time('"scheduleInfo"', 'expiration', 'endDateTime') }} as ends_at
from source

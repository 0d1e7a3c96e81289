with source as (
    {{
        raw('role_assignments', {
            'id': 'text',
            'principalId': 'text',
            'roleDefinitionId': 'text',
            'directoryScopeId': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as assignment_id,
    "principalId" as principal_id,
    "roleDefinitionId" as role_id,
    "directoryScopeId" as directory_scope_id,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    case
        when "directoryScopeId" = '/' then 'tenant'
        when "directoryScopeId" like '/administrativeUnits/%' then 'administrative unit'
        when "directoryScopeId" is not null then 'object'
    end as scope,
    case when "directoryScopeId" <> '/' then {{ replace_matches('"directoryScopeId"', '^.*/', '') }} end as scope_id
from source

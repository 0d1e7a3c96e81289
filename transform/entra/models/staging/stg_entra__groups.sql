with source as (
    {{
        raw('groups', {
            'id': 'text',
            'displayName': 'text',
            'mail': 'text',
            'securityEnabled': 'boolean',
            'isAssignableToRole': 'boolean',
            'groupTypes': 'json',
            'createdDateTime': 'timestamp',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as group_id,
    "displayName" as display_name,
    "mail" as mail,
    "securityEnabled" as security_enabled,
    "isAssignableToRole" as is_assignable_to_role,
    "groupTypes" as group_types,
    "createdDateTime" as created_at,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

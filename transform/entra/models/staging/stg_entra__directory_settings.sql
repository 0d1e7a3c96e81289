with source as (
    {{
        raw('directory_settings', {
            'id': 'text',
            'displayName': 'text',
            'templateId': 'text',
            '_sdc_deleted_at': 'log time',
            'values': 'json'
        })
    }}
)

select
    "id" as setting_id,
    "displayName" as display_name,
    "templateId" as template_id,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    {{ json_array('"values"') }} as setting_values
from source

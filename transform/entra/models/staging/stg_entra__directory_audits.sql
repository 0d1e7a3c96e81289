with source as (
    {{
        raw('directory_audits', {
            'id': 'text',
            'activityDateTime': 'log time',
            'activityDisplayName': 'text',
            'category': 'text',
            'result': 'text',
            'initiatedBy': 'json',
            'targetResources': 'json',
            '_sdc_deleted_at': 'log time',
            '_sdc_batched_at': 'log time'
        })
    }}
)

select
    "id" as audit_id,
    "activityDateTime" as happened_at,
    "activityDisplayName" as activity,
    "category" as category,
    "result" as result,
    "initiatedBy" as initiated_by,
    "targetResources" as target_resources,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    "_sdc_batched_at" as loaded_at
from source

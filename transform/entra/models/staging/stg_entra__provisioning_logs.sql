with source as (
    {{
        raw('provisioning_logs', {
            'id': 'text',
            'activityDateTime': 'log time',
            'provisioningAction': 'text',
            'jobId': 'text',
            '_sdc_deleted_at': 'log time',
            'provisioningStatusInfo': 'json',
            'servicePrincipal': 'json',
            'sourceIdentity': 'json',
            'targetIdentity': 'json',
            'targetSystem': 'json',
            '_sdc_batched_at': 'log time'
        })
    }}
)

select
    "id" as entry_id,
    "activityDateTime" as happened_at,
    "provisioningAction" as action,
    "jobId" as job_id,
    "_sdc_deleted_at" as removed_at,
    "_sdc_batched_at" as loaded_at,
    {{ is_live() }} as is_live,
    {{ json_text('"provisioningStatusInfo"', 'status') }} as status,
    {{ json_text('"provisioningStatusInfo"', 'errorInformation', 'errorCode') }} as error_code,
    {{ json_text('"servicePrincipal"', 'id') }} as service_principal_id,
    {{ json_text('"sourceIdentity"', 'id') }} as source_id,
    {{ json_text('"targetIdentity"', 'id') }} as target_id,
    {{ json_text('"targetSystem"', 'displayName') }} as target_system
from source

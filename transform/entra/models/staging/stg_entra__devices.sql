with source as (
    {{
        raw('devices', {
            'id': 'text',
            'deviceId': 'text',
            'displayName': 'text',
            'operatingSystem': 'text',
            'operatingSystemVersion': 'text',
            'trustType': 'text',
            'accountEnabled': 'boolean',
            'isCompliant': 'boolean',
            'isManaged': 'boolean',
            'approximateLastSignInDateTime': 'timestamp',
            'registrationDateTime': 'timestamp',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as object_id,
    "deviceId" as device_id,
    "displayName" as display_name,
    "operatingSystem" as operating_system,
    "operatingSystemVersion" as operating_system_version,
    "trustType" as trust_type,
    "accountEnabled" as account_enabled,
    "isCompliant" as is_compliant,
    "isManaged" as is_managed,
    "approximateLastSignInDateTime" as last_sign_in_at,
    "registrationDateTime" as registered_at,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

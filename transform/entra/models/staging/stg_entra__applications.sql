with source as (
    {{
        raw('applications', {
            'id': 'text',
            'appId': 'text',
            'displayName': 'text',
            'publisherDomain': 'text',
            'createdDateTime': 'timestamp',
            'applicationTemplateId': 'text',
            'signInAudience': 'text',
            'passwordCredentials': 'json',
            'keyCredentials': 'json',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as object_id,
    "displayName" as display_name,
    "publisherDomain" as publisher_domain,
    "createdDateTime" as created_at,
    "applicationTemplateId" as application_template_id,
    "signInAudience" as sign_in_audience,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    {{ json_array('"passwordCredentials"') }} as password_credentials,
    {{ json_array('"keyCredentials"') }} as key_credentials,
    lower("appId") as app_id
from source

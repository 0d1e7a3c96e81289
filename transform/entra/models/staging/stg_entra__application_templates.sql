with source as (
    {{
        raw('application_templates', {
            'id': 'text',
            'displayName': 'text',
            'publisher': 'text',
            'description': 'text',
            'homePageUrl': 'text',
            'logoUrl': 'text',
            'isEntraIntegrated': 'boolean',
            'deprecationDate': 'timestamp',
            'riskStatus': 'text',
            '_sdc_deleted_at': 'log time',
            'riskScore': 'json',
            'categories': 'json',
            'endpoints': 'json',
            'supportedSingleSignOnModes': 'json',
            'supportedProvisioningTypes': 'json'
        })
    }}
)

select
    "displayName" as display_name,
    "publisher" as publisher,
    "description" as description,
    "homePageUrl" as home_page,
    "logoUrl" as logo_url,
    "isEntraIntegrated" as is_entra_integrated,
    "deprecationDate" as deprecated_on,
    "riskStatus" as risk_status,
    "_sdc_deleted_at" as removed_at,
    lower("id") as template_id,
    {{ is_live() }} as is_live,
    {{ json_number('"riskScore"', 'total') }} as risk_total,
    {{ json_array('"categories"') }} as categories,
    {{ json_first_text('"categories"') }} as category,
    {{ json_array('"endpoints"') }} as domains,
    {{ json_array('"supportedSingleSignOnModes"') }} as sign_on_modes,
    {{ json_array('"supportedProvisioningTypes"') }} as provisioning_types
from source

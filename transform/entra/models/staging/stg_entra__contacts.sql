with source as (
    {{
        raw('contacts', {
            'id': 'text',
            'displayName': 'text',
            'givenName': 'text',
            'surname': 'text',
            'mail': 'text',
            'companyName': 'text',
            'department': 'text',
            'jobTitle': 'text',
            'deletedDateTime': 'timestamp',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as contact_id,
    "displayName" as display_name,
    "givenName" as given_name,
    "surname" as surname,
    "mail" as email,
    "companyName" as company_name,
    "department" as department,
    "jobTitle" as job_title,
    case when "_sdc_deleted_at" is not null then coalesce("deletedDateTime", "_sdc_deleted_at") end as removed_at,
    {{ is_live() }} as is_live
from source

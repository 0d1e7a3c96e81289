with source as (
    {{
        raw('users', {
            'id': 'text',
            'displayName': 'text',
            'givenName': 'text',
            'surname': 'text',
            'mail': 'text',
            'userPrincipalName': 'text',
            'jobTitle': 'text',
            'department': 'text',
            'companyName': 'text',
            'officeLocation': 'text',
            'country': 'text',
            'employeeId': 'text',
            'employeeType': 'text',
            'userType': 'text',
            'accountEnabled': 'boolean',
            'externalUserState': 'text',
            'createdDateTime': 'timestamp',
            'employeeHireDate': 'timestamp',
            'assignedLicenses': 'json',
            'proxyAddresses': 'json',
            'otherMails': 'json',
            'deletedDateTime': 'timestamp',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as user_id,
    "displayName" as display_name,
    "givenName" as given_name,
    "surname" as surname,
    "mail" as email,
    "userPrincipalName" as user_principal_name,
    "jobTitle" as job_title,
    "department" as department,
    "companyName" as company_name,
    "officeLocation" as office_location,
    "country" as country,
    "employeeId" as employee_id,
    "employeeType" as employee_type,
    "userType" as user_type,
    "accountEnabled" as account_enabled,
    "externalUserState" as external_user_state,
    "createdDateTime" as created_at,
    "employeeHireDate" as hired_at,
    case when "_sdc_deleted_at" is not null then coalesce("deletedDateTime", "_sdc_deleted_at") end as removed_at,
    {{ is_live() }} as is_live,
    {{ json_array('"assignedLicenses"') }} as assigned_licenses,
    "proxyAddresses" as proxy_addresses,
    "otherMails" as other_mails
from source

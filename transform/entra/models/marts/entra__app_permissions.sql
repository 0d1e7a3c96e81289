{{ config(indexes=[{'columns': ['app_id']}]) }}

select
    apps.app_id,
    permissions.permission,
    permissions.type,
    permissions.consent,
    permissions.words,
    permissions.risk,
    coalesce(permissions.resource_name, 'an API without a name') as resource_name,
    case when known.consents then count(distinct people.user_id)::int end as people
from {{ ref('int_entra__app_permissions') }} as permissions
inner join {{ ref('int_entra__apps') }} as apps on permissions.service_principal_id = apps.service_principal_id
cross join {{ ref('int_entra__known') }} as known
left join {{ ref('int_entra__people') }} as people on permissions.user_id = people.user_id and people.left_at is null
group by
    apps.app_id,
    permissions.permission,
    permissions.type,
    permissions.consent,
    permissions.words,
    permissions.risk,
    coalesce(permissions.resource_name, 'an API without a name'),
    known.consents

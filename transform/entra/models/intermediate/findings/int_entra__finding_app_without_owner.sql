-- An app of the company's own has no owner. For an app that may do a lot, own_app_rights says it.
select
    'low' as severity,
    'Your own app ' || apps.name || ' has no owner' as title,
    'application' as subject_type,
    apps.app_id as subject_id,
    apps.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    null::int as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'registered_at': json_moment('apps.registered_at'),
        'last_use_at': json_moment('apps.last_use_at'),
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Name an owner, for example the person who made it or the team that uses it. If no one needs it, remove it.'
        as what_to_do
from {{ ref('int_entra__apps') }} as apps
cross join {{ ref('int_entra__known') }} as known
left join {{ ref('int_entra__app_owners') }} as owners on apps.app_id = owners.app_id
left join {{ ref('int_entra__finding_own_app_rights') }} as rights on apps.app_id = rights.subject_id
where
    apps.kind = 'in_house'
    and apps.is_in_service
    and known.app_kinds
    and known.owners
    -- Without these, it is not known whether own_app_rights tells it.
    and known.permissions
    and known.credentials
    and owners.app_id is null
    and rights.subject_id is null

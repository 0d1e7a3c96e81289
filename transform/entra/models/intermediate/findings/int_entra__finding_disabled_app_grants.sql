-- An app of others is disabled and keeps what it was granted: it may do all of it again as soon as it is enabled.
select
    'low' as severity,
    apps.name || ' is disabled and may still ' || grants.worst_permission
    || case
        when {{ length_of('grants.permissions') }} > 1
            then ', and ' || {{ number_of(length_of('grants.permissions') ~ ' - 1', 'one more', 'more') }}
        else ''
    end as title,
    'application' as subject_type,
    apps.app_id as subject_id,
    apps.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    null::int as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'permission_risk': 'grants.permission_risk',
        'permissions': json_of_texts('grants.permissions'),
        'permission_names': json_of_texts('grants.permission_names'),
        'consented_by': 'grants.consented_by',
        'last_use_at': json_moment('apps.last_use_at'),
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Revoke its permissions. If it is not needed any more, remove it.' as what_to_do
from {{ ref('int_entra__app_grants') }} as grants
inner join {{ ref('int_entra__apps') }} as apps
    on
        grants.service_principal_id = apps.service_principal_id
        and apps.removed_at is null
        and not apps.is_enabled
cross join {{ ref('int_entra__known') }} as known
where
    known.permissions
    and (apps.kind = 'third_party' or (apps.kind = 'unknown' and known.app_kinds))
    and grants.permission_risk in ('medium', 'high', 'critical')

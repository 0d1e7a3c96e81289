-- An app of the company's own may do a lot in its own name. A disabled one keeps its permissions.
with rights as (
    select
        permissions.service_principal_id,
        array_agg(distinct permissions.words order by permissions.words) as permissions,
        array_agg(distinct permissions.permission order by permissions.permission) as permission_names,
        {{ first_of('permissions.words', risk_rank('permissions.risk') ~ ' desc, permissions.words asc') }}
            as worst_permission,
        {{ risk_level('max(' ~ risk_rank('permissions.risk') ~ ')') }} as risk
    from {{ ref('int_entra__app_permissions') }} as permissions
    where permissions.type = 'application' and permissions.risk in ('high', 'critical')
    group by permissions.service_principal_id
),

owners as (
    select
        app_id,
        array_agg(distinct owner_name order by owner_name) as owners
    from {{ ref('int_entra__app_owners') }}
    where is_person
    group by app_id
),

secrets as (
    select
        app_id,
        count(*)::int as valid_secrets,
        max(ends_at) as last_ends_at
    from {{ ref('int_entra__credentials') }}
    where type = 'secret' and ends_at >= {{ as_of() }}
    group by app_id
),

apps as (
    select
        apps.app_id,
        apps.name,
        apps.last_use_at,
        coalesce(apps.is_enabled, true) as is_enabled,
        rights.permissions,
        rights.permission_names,
        rights.worst_permission,
        rights.risk,
        coalesce(owners.owners, {{ no_texts() }}) as owners,
        coalesce(secrets.valid_secrets, 0) as valid_secrets,
        secrets.last_ends_at,
        coalesce(unused.severity != 'check', false) as is_unused
    from rights
    inner join {{ ref('int_entra__apps') }} as apps
        on
            rights.service_principal_id = apps.service_principal_id
            and apps.removed_at is null
            and apps.kind = 'in_house'
    cross join {{ ref('int_entra__known') }} as known
    left join owners on apps.app_id = owners.app_id
    left join secrets on apps.app_id = secrets.app_id
    left join {{ ref('int_entra__finding_unused_app') }} as unused on apps.app_id = unused.subject_id
    where known.permissions and known.app_kinds and known.owners and known.credentials
)

select
    case
        when not is_enabled then 'low'
        when is_unused or (valid_secrets > 0 and {{ length_of('owners') }} = 0) then 'high'
        else 'medium'
    end as severity,
    'Your own app ' || name || case when is_enabled then '' else ' is disabled and' end || ' may ' || worst_permission
    || case
        when {{ length_of('permissions') }} > 1
            then ', and ' || {{ number_of(length_of('permissions') ~ ' - 1', 'one more', 'more') }}
        else ''
    end as title,
    'application' as subject_type,
    app_id as subject_id,
    name as subject_name,
    null::text as related_id,
    null::text as related_name,
    null::int as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'permission_risk': 'risk',
        'permissions': json_of_texts('permissions'),
        'permission_names': json_of_texts('permission_names'),
        'owners': json_of_texts('owners'),
        'valid_secrets': 'valid_secrets',
        'last_secret_ends_at': json_moment('last_ends_at'),
        'enabled': 'is_enabled',
        'last_use_at': json_moment('last_use_at'),
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    case
        when not is_enabled then 'Revoke its permissions: it has them again as soon as it is enabled.'
        when is_unused then 'It has no use: revoke its permissions and remove the app.'
        when {{ length_of('owners') }} = 0
            then 'It has no owner. Name one who knows what the app needs, and revoke the rest.'
        else 'Check with its owners that it needs all of this, and revoke what it does not.'
    end as what_to_do
from apps

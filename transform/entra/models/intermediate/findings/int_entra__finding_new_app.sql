-- An app of others came in the last days.
with consents as (
    select
        target_id as service_principal_id,
        array_agg(distinct by_name order by by_name) filter (where by_name is not null) as consented_by
    from {{ ref('int_entra__directory_changes') }}
    where activity = 'Consent to application' and is_new
    group by target_id
)

select
    case
        when grants.permission_risk in ('medium', 'high', 'critical') and apps.publisher_verified is not true
            then 'medium'
        else 'low'
    end as severity,
    apps.name || ' is new, added ' || {{ ago('new_apps.added_at') }} || coalesce(' by ' || new_apps.by_name, '')
    || coalesce(', and may ' || grants.worst_permission, '') as title,
    'application' as subject_type,
    apps.app_id as subject_id,
    apps.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    null::int as people,
    'audit log' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'added_at': json_moment('new_apps.added_at'),
        'added_by': 'new_apps.by_name',
        'consented_by': listed('consents.consented_by', 'true'),
        'permission_risk': "coalesce(grants.permission_risk, 'none')",
        'permissions': listed('grants.permissions', 'true'),
        'publisher_verified': 'apps.publisher_verified',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Find out what it is for, and write down in the seed app_decisions whether it is approved.' as what_to_do
from {{ ref('int_entra__new_apps') }} as new_apps
inner join {{ ref('int_entra__apps') }} as apps on new_apps.app_id = apps.app_id and apps.is_in_service
cross join {{ ref('int_entra__known') }} as known
left join {{ ref('int_entra__app_grants') }} as grants on apps.service_principal_id = grants.service_principal_id
left join consents on apps.service_principal_id = consents.service_principal_id
left join {{ ref('int_entra__app_decisions') }} as decisions on apps.app_id = decisions.app_id
where
    known.permissions
    and known.app_kinds
    and apps.kind in ('third_party', 'unknown')
    and coalesce(decisions.decision not in ('approved', 'ignored'), true)

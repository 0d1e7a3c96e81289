-- An app that is not the company's own may do a lot.
select
    case grants.permission_risk when 'medium' then 'medium' else 'high' end as severity,
    apps.name || ' may ' || grants.worst_permission
    || case
        when cardinality(grants.permissions) > 1
            then ', and ' || cardinality(grants.permissions) - 1 || ' other things'
        else ''
    end as title,
    'application' as subject_type,
    apps.app_id as subject_id,
    apps.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    case when grants.consented_by = 'users' then grants.consenting_people end::int as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    jsonb_build_object(
        'permission_risk', grants.permission_risk,
        'permissions', to_jsonb(grants.permissions),
        'permission_names', to_jsonb(grants.permission_names),
        'consented_by', grants.consented_by,
        'consenting_people', grants.consenting_people,
        'publisher_verified', apps.publisher_verified,
        'unused', unused.subject_id is not null
    ) as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    case
        when unused.subject_id is not null then 'Nobody uses it: revoke its permissions and remove the app.'
        when grants.consented_by = 'users'
            then 'Find out what it is for; then let an admin consent for everybody, or revoke what people gave.'
        else 'Check with its owner that it needs all of this, and revoke what it does not.'
    end as what_to_do
from {{ ref('int_entra__app_grants') }} as grants
inner join {{ ref('int_entra__apps') }} as apps
    on grants.service_principal_id = apps.service_principal_id and apps.is_in_service
left join {{ ref('int_entra__finding_unused_app') }} as unused on apps.app_id = unused.subject_id
where
    apps.kind in ('third_party', 'unknown')
    and (
        grants.permission_risk in ('high', 'critical')
        or (
            grants.permission_risk = 'medium'
            and (not apps.publisher_verified or grants.consented_by in ('users', 'both'))
        )
    )

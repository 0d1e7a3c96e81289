-- An app that is not the company's own may do a lot.
{#- Only proof says so: an app may be unused to those who see no more than interactive sign-ins. #}
{%- set is_unused -%}
    case
        when unused.severity != 'check' then true
        when unused.severity is null and observation.evidence is not null then false
    end
{%- endset %}
select
    case grants.permission_risk when 'medium' then 'medium' else 'high' end as severity,
    apps.name || ' may ' || grants.worst_permission
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
    case when grants.consented_by = 'users' and known.consents then grants.consenting_people end::int as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'permission_risk': 'grants.permission_risk',
        'permissions': json_of_texts('grants.permissions'),
        'permission_names': json_of_texts('grants.permission_names'),
        'consented_by': 'grants.consented_by',
        'consenting_people': 'case when known.consents then grants.consenting_people end',
        'publisher_verified': 'apps.publisher_verified',
        'unused': is_unused,
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    case
        when unused.severity != 'check' then 'It has no use: revoke its permissions and remove the app.'
        when unused.severity = 'check'
            then 'It may be unused: look first, then revoke its permissions and remove the app.'
        when grants.consented_by = 'users'
            then 'Find out what it is for; then let an admin consent for everybody, or revoke what people gave.'
        else 'Check with its owner that it needs all of this, and revoke what it does not.'
    end as what_to_do
from {{ ref('int_entra__app_grants') }} as grants
inner join {{ ref('int_entra__apps') }} as apps
    on grants.service_principal_id = apps.service_principal_id and apps.is_in_service
left join {{ ref('int_entra__finding_unused_app') }} as unused on apps.app_id = unused.subject_id
cross join {{ ref('int_entra__known') }} as known
cross join {{ ref('int_entra__observation') }} as observation
where
    known.permissions
    and (apps.kind = 'third_party' or (apps.kind = 'unknown' and known.app_kinds))
    and (
        grants.permission_risk in ('high', 'critical')
        or (
            grants.permission_risk = 'medium'
            and (not apps.publisher_verified or grants.consented_by in ('users', 'both'))
        )
    )

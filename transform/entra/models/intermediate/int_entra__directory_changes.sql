-- What was added, as the audit log tells: one row an entry, with whom or what it is about and who did it.
with entries as (
    select
        audit_id,
        happened_at,
        activity,
        target_resources,
        case
            when activity in ('Add service principal', 'Consent to application') then 'ServicePrincipal'
            when activity = 'Add application' then 'Application'
            else 'User'
        end as target_type,
        coalesce(
            {{ json_text('initiated_by', 'user', 'id') }}, {{ json_text('initiated_by', 'app', 'servicePrincipalId') }}
        )
            as by_id,
        coalesce(
            {{ json_text('initiated_by', 'user', 'displayName') }},
            {{ json_text('initiated_by', 'user', 'userPrincipalName') }},
            {{ json_text('initiated_by', 'app', 'displayName') }}
        ) as by_name
    from {{ ref('stg_entra__directory_audits') }}
    where
        activity in (
            'Add service principal', 'Consent to application', 'Add application', 'Add member to role',
            'Invite external user', 'Add user'
        )
        and result = 'success'
)

select distinct on (entries.audit_id)
    entries.audit_id,
    entries.happened_at,
    entries.activity,
    {{ json_text('target.value', 'id') }} as target_id,
    {{ json_text('target.value', 'displayName') }} as target_name,
    entries.by_id,
    nullif(entries.by_name, '') as by_name,
    entries.happened_at > {{ days_ago(var('new_days')) }} and entries.happened_at <= {{ as_of() }} as is_new
from entries
cross join lateral {{ json_list('entries.target_resources') }} as target (value)
where {{ json_text('target.value', 'type') }} = entries.target_type
order by entries.audit_id asc, target_id asc

-- One row a person, with the state of the account and the last sign-in that is known of.
with audited as (
    select
        {{ json_text('target.value', 'id') }} as user_id,
        max(audits.happened_at) as disabled_at
    from {{ ref('stg_entra__directory_audits') }} as audits
    cross join lateral {{ json_list('audits.target_resources') }} as target (value)
    where audits.activity = 'Disable account' and audits.result = 'success'
    group by {{ json_text('target.value', 'id') }}
),

used as (
    select
        user_id,
        max(last_at) as last_at
    from {{ ref('int_entra__person_app_use') }}
    group by user_id
),

unconfirmed as (
    select
        user_id,
        max(last_at) as last_at
    from {{ ref('int_entra__unconfirmed_use') }}
    group by user_id
),

-- Microsoft gives some roles to machines alone.
machines as (
    select distinct assignments.principal_id as user_id
    from {{ ref('stg_entra__role_assignments') }} as assignments
    inner join {{ ref('entra__role_weights') }} as weights
        on lower(assignments.role_id) = weights.role_id and weights.is_machine
    where assignments.is_live
),

described as (
    select
        users.user_id,
        users.display_name,
        users.given_name,
        users.surname,
        users.email,
        users.user_principal_name,
        users.job_title,
        users.department,
        users.company_name,
        users.office_location,
        users.country,
        users.employee_id,
        users.employee_type,
        users.external_user_state,
        users.created_at,
        users.hired_at,
        users.assigned_licenses,
        users.removed_at as left_at,
        case when lower(users.user_type) = 'guest' then 'guest' else 'member' end as user_type,
        case
            when users.removed_at is not null then 'left'
            when not users.account_enabled then 'disabled'
            when users.account_enabled is null then 'unknown'
            when lower(users.user_type) = 'guest' then 'guest'
            else 'active'
        end as account_state,
        coalesce(
            kinds.kind,
            case
                -- Entra Connect makes this account for itself.
                when
                    machines.user_id is not null
                    or {{ matches('users.user_principal_name', '^Sync_[^@]+@[^@]+[.]onmicrosoft[.]', true) }}
                    then 'service account'
            end,
            'person'
        ) as account_kind,
        audited.disabled_at,
        -- Listed, maybe as somebody who never signed in, by a report that is of these days.
        activity.user_id is not null and observation.user_report_is_current as is_in_report,
        activity.last_known_at as last_reported_at,
        activity.last_success_at,
        activity.last_attempt_at,
        used.last_at as last_logged_at,
        unconfirmed.last_at as last_unconfirmed_at
    from {{ ref('stg_entra__users') }} as users
    cross join {{ ref('int_entra__observation') }} as observation
    left join audited on users.user_id = audited.user_id
    left join {{ ref('stg_entra__user_sign_in_activity') }} as activity
        on users.user_id = activity.user_id and activity.is_live
    left join used on users.user_id = used.user_id
    left join unconfirmed on users.user_id = unconfirmed.user_id
    left join machines on users.user_id = machines.user_id
    left join {{ ref('entra__people_kinds') }} as kinds on users.user_id = kinds.user_id
)

select
    user_id,
    coalesce(display_name, user_principal_name, user_id) as name,
    display_name,
    given_name,
    surname,
    email,
    user_principal_name,
    job_title,
    department,
    company_name,
    office_location,
    country,
    employee_id,
    employee_type,
    external_user_state,
    created_at,
    hired_at,
    assigned_licenses,
    left_at,
    user_type,
    account_state,
    is_in_report,
    last_reported_at,
    last_logged_at,
    last_attempt_at,
    account_kind,
    account_kind in ('person', 'emergency account') as is_person,
    account_state in ('active', 'guest') as is_in_service,
    case when account_state = 'disabled' then disabled_at end as disabled_at,
    greatest(last_success_at, last_logged_at) as last_sign_in_at,
    -- What findings go by: who may have been there is not called absent.
    greatest(last_reported_at, last_logged_at, last_unconfirmed_at) as last_seen_at
from described

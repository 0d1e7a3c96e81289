-- An employee's account has no use. What it holds is listed here once, and priced where each of it is a finding.
with seats as (
    select
        seats.user_id,
        array_agg(distinct apps.name order by apps.name) as apps
    from {{ ref('int_entra__seats') }} as seats
    inner join {{ ref('int_entra__apps') }} as apps
        on seats.app_id = apps.app_id and apps.is_in_service and apps.kind in ('third_party', 'in_house')
    group by seats.user_id
),

licences as (
    select
        held.user_id,
        array_agg(distinct licences.name order by licences.name) as licences
    from {{ ref('int_entra__licences_held') }} as held
    inner join {{ ref('int_entra__licences') }} as licences on held.sku_id = licences.sku_id and not licences.is_free
    group by held.user_id
)

select
    {{ severity_by_evidence('observation.evidence', 'medium') }} as severity,
    observation.name || ' ' || {{ away_for(var('unused_days')) }}
    || coalesce(
        ' and holds ' || nullif(
            concat_ws(
                ', ',
                {{ counted('admin role', 'admin roles', 'roles.roles', 'known.roles') }},
                {{ counted('licence', 'licences', 'licences.licences', 'known.licences') }},
                {{ counted('app', 'apps', 'seats.apps', '(known.group_seats and known.app_kinds)') }}
            ), ''
        ), ''
    ) as title,
    'employee' as subject_type,
    observation.user_id as subject_id,
    observation.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    1 as people,
    observation.evidence,
    observation.observed_since,
    {{ json_object({
        'last_sign_in_at': json_moment('observation.last_sign_in_at'),
        'last_attempt_at': json_moment('observation.last_attempt_at'),
        'roles': listed('roles.roles', 'known.roles'),
        'licences': listed('licences.licences', 'known.licences'),
        'apps': listed('seats.apps', 'known.group_seats and known.app_kinds'),
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    -- An account that opens the door when nothing else does is unused until that day: to disable it locks the door.
    case
        when roles.roles is not null
            then
                'Take the roles back, then see to the account. If it is kept for emergencies, leave both, write down '
                || 'that it is, and watch it.'
        else
            'Ask the manager, and disable the account if it is not needed. That of a room or a shared mailbox, '
            || 'too: they work without anybody signing in. Then take back what it holds.'
    end as what_to_do
from {{ ref('int_entra__absent_people') }} as observation
cross join {{ ref('int_entra__known') }} as known
left join seats on observation.user_id = seats.user_id
left join licences on observation.user_id = licences.user_id
left join {{ ref('int_entra__admins') }} as roles on observation.user_id = roles.user_id
-- Of guests, quiet_guest tells, after days of its own.
where observation.account_state = 'active'

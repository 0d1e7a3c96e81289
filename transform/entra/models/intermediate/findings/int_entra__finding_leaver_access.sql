-- Somebody left, or the account is disabled, and still holds something.
with assignments as (
    select
        assignments.principal_id as user_id,
        array_agg(distinct apps.name order by apps.name) as apps
    from {{ ref('stg_entra__app_role_assignments') }} as assignments
    inner join {{ ref('int_entra__apps') }} as apps
        on assignments.resource_id = apps.service_principal_id and apps.removed_at is null
    where assignments.is_live and assignments.principal_type = 'User'
    group by assignments.principal_id
),

licences as (
    select
        held.user_id,
        array_agg(distinct licences.name order by licences.name) as licences,
        sum(licences.monthly_price) as monthly_price,
        max(licences.currency) as currency
    from {{ ref('int_entra__licences_held') }} as held
    inner join {{ ref('int_entra__licences') }} as licences on held.sku_id = licences.sku_id and not licences.is_free
    group by held.user_id
)

select
    case when roles.roles is not null then 'high' else 'medium' end as severity,
    people.name
    || case people.account_state when 'left' then ' has left' else ' is disabled' end
    || ' and still holds '
    || concat_ws(
        ', ',
        {{ counted('admin role', 'admin roles', 'roles.roles', 'known.roles') }},
        {{ counted('licence', 'licences', 'licences.licences', 'known.licences') }},
        {{ counted('directly assigned app', 'directly assigned apps', 'assignments.apps', 'known.seats') }}
    ) as title,
    'employee' as subject_type,
    people.user_id as subject_id,
    people.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    1 as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'account_state': 'people.account_state',
        'since': json_moment('coalesce(people.left_at, people.disabled_at)'),
        'roles': listed('roles.roles', 'known.roles'),
        'licences': listed('licences.licences', 'known.licences'),
        'directly_assigned_apps': listed('assignments.apps', 'known.seats'),
    }) }} as details,
    licences.monthly_price as estimated_monthly_saving,
    licences.currency,
    'Take back roles, licences and assignments, the roles first.' as what_to_do
from {{ ref('int_entra__people') }} as people
cross join {{ ref('int_entra__known') }} as known
left join {{ ref('int_entra__admins') }} as roles on people.user_id = roles.user_id
left join licences on people.user_id = licences.user_id
left join assignments on people.user_id = assignments.user_id
where
    people.account_state in ('left', 'disabled')
    and coalesce(roles.user_id, licences.user_id, assignments.user_id) is not null

-- One row an app that was granted anything: all it may do, and the worst of it.
select
    permissions.service_principal_id,
    array_agg(distinct permissions.words order by permissions.words) as permissions,
    array_agg(distinct permissions.permission order by permissions.permission) as permission_names,
    {{ first_of('permissions.words', risk_rank('permissions.risk') ~ ' desc, permissions.words asc') }}
        as worst_permission,
    {{ risk_level('max(' ~ risk_rank('permissions.risk') ~ ')') }} as permission_risk,
    case
        when bool_or(permissions.consent = 'admin') and bool_or(permissions.consent = 'user') then 'both'
        when bool_or(permissions.consent = 'admin') then 'admin'
        else 'users'
    end as consented_by,
    count(distinct people.user_id) as consenting_people
from {{ ref('int_entra__app_permissions') }} as permissions
left join {{ ref('int_entra__people') }} as people
    on permissions.user_id = people.user_id and permissions.consent = 'user' and people.left_at is null
group by permissions.service_principal_id

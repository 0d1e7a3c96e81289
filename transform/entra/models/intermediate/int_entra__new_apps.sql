-- One row an app that was added in the last days, with who added it.
select distinct on (apps.app_id)
    apps.app_id,
    changes.happened_at as added_at,
    changes.by_id,
    changes.by_name
from {{ ref('int_entra__directory_changes') }} as changes
inner join {{ ref('int_entra__apps') }} as apps on changes.target_id = apps.service_principal_id
where changes.activity = 'Add service principal' and changes.is_new
order by apps.app_id asc, changes.happened_at asc

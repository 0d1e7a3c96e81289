{{ config(materialized='view') }}

-- Names are those of today: who was erased has none here either.
select
    history.insight_id,
    history.kind,
    history.severity,
    history.subject_type,
    history.subject_id,
    coalesce(people.name, apps.name) as subject_name,
    history.related_id,
    related.name as related_name,
    history.evidence,
    history.found_at,
    history.resolved_at,
    history.resolved_at >= {{ days_ago(var('new_days')) }} as is_new
from {{ ref('int_entra__finding_history') }} as history
left join {{ ref('int_entra__people') }} as people
    on history.subject_type = 'employee' and history.subject_id = people.user_id
left join {{ ref('int_entra__apps') }} as apps
    on history.subject_type = 'application' and history.subject_id = apps.app_id
left join {{ ref('int_entra__apps') }} as related on history.related_id = related.app_id
where history.resolved_at is not null

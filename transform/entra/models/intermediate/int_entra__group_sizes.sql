{{ config(materialized='view') }}

-- One row a group that is there: how many members it has; null while members are not known.
with counted as (
    select
        group_id,
        count(*)::int as members
    from {{ ref('stg_entra__group_members') }}
    group by group_id
)

select
    teams.group_id,
    teams.display_name,
    case when known.group_members then coalesce(counted.members, 0) end as members
from {{ ref('stg_entra__groups') }} as teams
cross join {{ ref('int_entra__known') }} as known
left join counted on teams.group_id = counted.group_id
where teams.is_live

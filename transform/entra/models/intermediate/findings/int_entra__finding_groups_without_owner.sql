-- Groups that no one can be asked about: one row for all.
with owners as (
    select user_id as owner_id from {{ ref('stg_entra__users') }} where is_live
    union all
    select service_principal_id from {{ ref('stg_entra__service_principals') }} where is_live
),

owned as (
    select distinct group_owners.group_id
    from {{ ref('stg_entra__group_owners') }} as group_owners
    inner join owners on group_owners.owner_id = owners.owner_id
    where group_owners.is_live
),

listed as (
    select
        teams.display_name,
        owned.group_id is null as is_without
    from {{ ref('stg_entra__groups') }} as teams
    left join owned on teams.group_id = owned.group_id
    where teams.is_live
),

counted as (
    select
        count(*)::int as groups,
        count(*) filter (where is_without)::int as without_owner,
        array_agg(display_name order by display_name) filter (where is_without) as names
    from listed
)

select
    'low' as severity,
    counted.without_owner || ' of ' || counted.groups || ' groups '
    || case counted.without_owner when 1 then 'has' else 'have' end || ' no owner' as title,
    'category' as subject_type,
    'groups without owner' as subject_id,
    'groups' as subject_name,
    null::text as related_id,
    null::text as related_name,
    null::int as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'without_owner': 'counted.without_owner',
        'groups': 'counted.groups',
        'names': json_of_texts(first_items('counted.names', 100)),
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Name an owner for each that gives access to something, the largest first; remove what is not needed.' as what_to_do
from counted
cross join {{ ref('int_entra__known') }} as known
where known.group_owners and counted.without_owner > 0

-- One row an app and one of its owners that is there: of its service principal, or of its registration.
with linked as (
    select
        principals.app_id,
        owners.owner_id
    from {{ ref('stg_entra__service_principal_owners') }} as owners
    inner join {{ ref('int_entra__app_principals') }} as principals
        on owners.service_principal_id = principals.service_principal_id
    where owners.is_live
    union
    select
        registrations.app_id,
        owners.owner_id
    from {{ ref('stg_entra__application_owners') }} as owners
    inner join {{ ref('stg_entra__applications') }} as registrations
        on owners.application_object_id = registrations.object_id and registrations.is_live
    where owners.is_live
)

select
    linked.app_id,
    linked.owner_id,
    coalesce(people.display_name, apps.display_name, linked.owner_id) as owner_name,
    people.user_id is not null as is_person
from linked
left join {{ ref('int_entra__people') }} as people on linked.owner_id = people.user_id and people.left_at is null
left join {{ ref('stg_entra__service_principals') }} as apps
    on linked.owner_id = apps.service_principal_id and apps.is_live
where people.user_id is not null or apps.service_principal_id is not null

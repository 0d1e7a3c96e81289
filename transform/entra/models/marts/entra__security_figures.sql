-- Each figure with what it is out of, and null where it is not known.
with people as (
    select
        count(*) as members,
        count(*) filter (where factors.is_mfa_registered) as with_second_factor,
        count(*) filter (where factors.strength = 'phishing-resistant') as resistant,
        count(*) filter (where factors.strength = 'strong') as strong,
        count(*) filter (where factors.strength = 'weak') as weak,
        count(*) filter (where factors.strength = 'none') as without,
        count(factors.user_id) as in_report,
        count(admins.user_id) as admins,
        count(admins.user_id) filter (where factors.strength in ('phishing-resistant', 'strong'))
            as admins_well_protected,
        count(admins.user_id) filter (where admins.weight = 'high') as powerful_admins,
        count(admins.user_id) filter (where admins.is_standing) as standing_admins
    from {{ ref('int_entra__people') }} as people
    left join {{ ref('int_entra__second_factors') }} as factors on people.user_id = factors.user_id
    left join {{ ref('int_entra__admins') }} as admins on people.user_id = admins.user_id
    where people.is_in_service and people.is_person and people.user_type = 'member'
),

guests as (
    select
        count(*) as guests,
        count(*) filter (where people.external_user_state = 'PendingAcceptance') as pending,
        count(admins.user_id) as admins
    from {{ ref('int_entra__people') }} as people
    left join {{ ref('int_entra__admins') }} as admins on people.user_id = admins.user_id
    where people.account_state = 'guest'
),

global_admins as (
    select count(distinct roles.user_id) as people
    from {{ ref('int_entra__roles_held') }} as roles
    inner join {{ ref('int_entra__people') }} as people on roles.user_id = people.user_id and people.is_in_service
    where roles.role_id = '62e90394-69f5-4237-9190-012177145e10'
),

eligible as (
    select count(*) as people
    from {{ ref('int_entra__eligible_admins') }} as eligible
    inner join {{ ref('int_entra__people') }} as people on eligible.user_id = people.user_id and people.is_in_service
),

legacy as (
    select count(*) as people from {{ ref('int_entra__finding_legacy_sign_ins') }}
),

at_risk as (
    select count(*) as people from {{ ref('int_entra__finding_open_risk') }}
),

enough as (
    select
        known.people,
        known.people and known.second_factors as factors,
        known.people and known.second_factors and known.roles as factors_of_admins,
        known.people and known.roles as roles,
        known.people and known.roles and known.standing_roles as standing,
        known.people and known.eligible_roles as eligible,
        known.people and observation.is_observed as sign_ins
    from {{ ref('int_entra__known') }} as known
    cross join {{ ref('int_entra__observation') }} as observation
)

select
    figure.figure,
    case when figure.is_known then figure.value::int end as value,
    case when figure.is_known then figure.out_of::int end as out_of,
    figure.place
from people
cross join guests
cross join global_admins
cross join eligible
cross join legacy
cross join at_risk
cross join enough
cross join
    lateral (
        values
        (1, 'members with a second factor', people.with_second_factor, people.in_report, enough.factors),
        (2, 'members with a phishing-resistant one', people.resistant, people.in_report, enough.factors),
        (3, 'members with a strong one at best', people.strong, people.in_report, enough.factors),
        (4, 'members with a weak one at best', people.weak, people.in_report, enough.factors),
        (5, 'members without any', people.without, people.in_report, enough.factors),
        (6, 'admins with a strong one', people.admins_well_protected, people.admins, enough.factors_of_admins),
        (7, 'admins who can do a lot', people.powerful_admins, people.admins, enough.roles),
        (8, 'Global Administrators', global_admins.people, people.admins + guests.admins, enough.roles),
        (9, 'guests with an open invitation', guests.pending, guests.guests, enough.people),
        (10, 'guests with an admin role', guests.admins, guests.guests, enough.roles),
        (
            11, 'people who sign in without being asked for one',
            legacy.people, people.members + guests.guests, enough.sign_ins
        ),
        (12, 'people at risk', at_risk.people, people.members + guests.guests, enough.sign_ins),
        (13, 'admins who hold a role all the time', people.standing_admins, people.admins, enough.standing),
        (
            14, 'people who may activate an admin role',
            eligible.people, people.members + guests.guests, enough.eligible
        )
    ) as figure (place, figure, value, out_of, is_known)

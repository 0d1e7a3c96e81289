{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='month',
        on_schema_change='append_new_columns',
        full_refresh=false
    )
}}

-- A build writes the month of as_of anew. A month that is over stays as its last build left it, also in a full refresh:
-- the directory has no past, so that a month that is lost could not be made again.
with months as (
    select date_trunc('month', {{ as_of() }})::date as this_month
),

people as (
    select
        people.user_id,
        people.account_state,
        people.user_type,
        people.is_person,
        coalesce(people.department, 'not filled in') as department,
        admins.user_id is not null as is_admin,
        registration.is_mfa_registered
    from {{ ref('int_entra__people') }} as people
    left join {{ ref('int_entra__admins') }} as admins on people.user_id = admins.user_id
    left join {{ ref('stg_entra__user_registration_details') }} as registration
        on people.user_id = registration.user_id and registration.is_live
    where people.account_state != 'left'
),

company as (
    select
        count(*) filter (where people.account_state = 'active' and people.is_person) as members,
        count(*) filter (where people.account_state = 'guest' and people.is_person) as guests,
        count(*) filter (where people.account_state = 'disabled') as disabled,
        count(*) filter (where not people.is_person) as accounts_of_no_person,
        count(*) filter (
            where people.is_admin and people.is_person and people.account_state in ('active', 'guest')
        ) as admins,
        count(*) filter (
            where people.is_mfa_registered and people.is_person and people.account_state = 'active'
        ) as with_second_factor
    from people
),

facts as (
    select
        fact.fact,
        'company' as subject_type,
        'company' as subject_id,
        null::text as subject_name,
        fact.value::numeric as value,
        'people' as unit,
        null::text as currency,
        'directory' as evidence
    from company
    cross join {{ ref('int_entra__known') }} as known
    cross join
        lateral (
            values
            ('members', case when known.people then company.members end),
            ('guests', case when known.people then company.guests end),
            ('accounts of no person', case when known.people and known.roles then company.accounts_of_no_person end),
            ('disabled accounts', case when known.people then company.disabled end),
            ('admins', case when known.people and known.roles then company.admins end),
            (
                'members with a second factor',
                case when known.people and known.second_factors then company.with_second_factor end
            )
        ) as fact (fact, value)
    union all
    select
        'open findings',
        'kind of finding',
        kind,
        null,
        open_findings,
        'findings',
        null,
        'directory'
    from {{ ref('entra__insight_kinds') }}
    union all
    select
        'possible savings a month',
        'company',
        'company',
        null,
        sum(estimated_monthly_saving),
        'money',
        currency,
        'directory'
    from {{ ref('entra__insights') }}
    where is_open and estimated_monthly_saving is not null
    group by currency
    union all
    select
        fact.fact,
        'licence',
        licences.sku_id,
        licences.name,
        fact.value::numeric,
        fact.unit,
        case when fact.unit = 'money' then licences.currency end,
        'directory'
    from {{ ref('int_entra__licences') }} as licences
    cross join
        lateral (
            values
            ('paid', licences.paid_units, 'licences'),
            ('assigned', licences.consumed_units, 'licences'),
            ('cost a month', licences.paid_units * licences.monthly_price, 'money')
        ) as fact (fact, value, unit)
    where not licences.is_free
    union all
    select
        fact.fact,
        'app',
        apps.app_id,
        apps.display_name,
        fact.value::numeric,
        fact.unit,
        null,
        fact.evidence
    from {{ ref('entra__applications') }} as apps
    cross join
        lateral (
            values
            ('people with access', apps.people_with_access::bigint, 'people', 'directory'),
            ('people in 30 days', apps.people_30d::bigint, 'people', apps.evidence),
            ('sign-ins in 30 days', apps.sign_ins_30d::bigint, 'sign-ins', apps.evidence)
        ) as fact (fact, value, unit, evidence)
    where apps.kind != 'microsoft' and apps.removed_at is null
    union all
    select
        'people',
        'department',
        department,
        null,
        count(*),
        'people',
        null,
        'directory'
    from people
    where account_state = 'active' and is_person
    group by department
    union all
    select
        'cost a month',
        'department',
        department,
        null,
        sum(monthly_cost),
        'money',
        currency,
        'directory'
    from {{ ref('entra__costs') }}
    where monthly_cost is not null
    group by department, currency
)

select
    months.this_month as month,
    facts.fact,
    facts.subject_type,
    facts.subject_id,
    facts.subject_name,
    facts.value::numeric as value,
    facts.unit,
    facts.currency,
    facts.evidence,
    {{ as_of() }} as written_at
from facts
cross join months
where
    facts.value is not null
    and months.this_month is not null
    {% if is_incremental() %}
    and months.this_month >= coalesce((select max(kept.month) from {{ this }} as kept), '-infinity')
    {% endif %}

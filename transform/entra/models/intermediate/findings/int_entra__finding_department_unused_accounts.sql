-- Where many accounts of one department have no use, one conversation settles them: one row such a department.
with accounts as (
    select
        department,
        count(*)::int as accounts,
        -- The first in the alphabet is the strongest proof, and the one that the severity of the worst rests on.
        min(evidence) as evidence,
        min(observed_since) as observed_since
    from {{ ref('int_entra__absent_people') }}
    where account_state = 'active'
    group by department
    having count(*) >= {{ var('department_accounts') }}
),

departments as (
    select
        coalesce(department, '(none)') as department,
        count(*)::int as people
    from {{ ref('int_entra__people') }}
    where account_state = 'active'
    group by coalesce(department, '(none)')
)

select
    {{ severity_by_evidence('accounts.evidence', 'medium') }} as severity,
    accounts.accounts || ' of ' || departments.people || ' accounts '
    || case accounts.department when '(none)' then 'without a department' else 'of ' || accounts.department end
    || ' are not used' as title,
    'department' as subject_type,
    accounts.department as subject_id,
    accounts.department as subject_name,
    null::text as related_id,
    null::text as related_name,
    accounts.accounts as people,
    accounts.evidence,
    accounts.observed_since,
    {{ json_object({'accounts': 'accounts.accounts', 'people': 'departments.people'}) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Ask the head of the department once for all of them. Each account stands below, with what it holds.' as what_to_do
from accounts
inner join departments on accounts.department = departments.department

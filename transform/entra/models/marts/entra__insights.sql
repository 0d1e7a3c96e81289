{{
    config(indexes=[
        {'columns': ['insight_id'], 'unique': true},
        {'columns': ['kind']},
        {'columns': ['parent_id']}
    ])
}}

with counted as (
    select
        parents.parent_id,
        count(*)::int as children,
        sum(findings.estimated_monthly_saving) as saving,
        min(findings.currency) as least_currency,
        max(findings.currency) as greatest_currency
    from {{ ref('int_entra__finding_parents') }} as parents
    inner join {{ ref('int_entra__findings') }} as findings on parents.insight_id = findings.insight_id
    group by parents.parent_id
),

-- A decision is over after its last day.
decisions as (
    select
        insight_id,
        decision,
        until,
        coalesce(until >= {{ as_of() }}::date, true) as is_in_force
    from {{ ref('entra__insight_decisions') }}
),

added as (
    select
        findings.*,
        parents.parent_id,
        decisions.decision,
        decisions.until as decision_until,
        coalesce(not decisions.is_in_force, true) and coalesce(not parent_decisions.is_in_force, true) as is_open,
        coalesce(counted.children, 0) as children,
        counted.saving as saving_of_children,
        least(findings.currency, counted.least_currency) as least_currency,
        greatest(findings.currency, counted.greatest_currency) as greatest_currency
    from {{ ref('int_entra__findings') }} as findings
    left join {{ ref('int_entra__finding_parents') }} as parents on findings.insight_id = parents.insight_id
    left join counted on findings.insight_id = counted.parent_id
    left join decisions on findings.insight_id = decisions.insight_id
    left join decisions as parent_decisions on parents.parent_id = parent_decisions.insight_id
)

select
    insight_id,
    kind,
    category,
    severity,
    title,
    subject_type,
    subject_id,
    subject_name,
    related_id,
    related_name,
    people,
    evidence,
    observed_since,
    details,
    estimated_monthly_saving,
    parent_id,
    children,
    -- Amounts in two currencies have no sum.
    case
        when least_currency = greatest_currency
            then coalesce(estimated_monthly_saving, 0) + coalesce(saving_of_children, 0)
    end as saving_with_children,
    case when least_currency = greatest_currency then least_currency else currency end as currency,
    what_to_do,
    decision,
    decision_until,
    is_open,
    {{ as_of() }} as found_at
from added

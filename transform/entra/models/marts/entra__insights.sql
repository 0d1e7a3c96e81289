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
    added.insight_id,
    added.kind,
    added.category,
    added.severity,
    added.title,
    added.subject_type,
    added.subject_id,
    added.subject_name,
    added.related_id,
    added.related_name,
    added.people,
    added.evidence,
    added.observed_since,
    added.details,
    added.estimated_monthly_saving,
    added.parent_id,
    added.children,
    -- Amounts in two currencies have no sum.
    case
        when added.least_currency = added.greatest_currency
            then coalesce(added.estimated_monthly_saving, 0) + coalesce(added.saving_of_children, 0)
    end as saving_with_children,
    case
        when added.least_currency = added.greatest_currency then added.least_currency else added.currency
    end as currency,
    added.what_to_do,
    added.decision,
    added.decision_until,
    added.is_open,
    history.found_at,
    not history.is_first and history.found_at >= {{ days_ago(var('new_days')) }} as is_new
from added
left join {{ ref('int_entra__finding_history') }} as history on added.insight_id = history.insight_id

{{ config(indexes=[{'columns': ['insight_id'], 'unique': true}, {'columns': ['subject_id']}]) }}

-- One row a finding of any kind, before it is known which of them explain others.
with findings as (
    {% for kind, facts in finding_kinds().items() %}
    select
        '{{ kind }}' as kind,
        '{{ facts["category"] }}' as category,
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
        currency,
        what_to_do
    from {{ ref('int_entra__finding_' ~ kind) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    md5(concat_ws('|', kind, subject_id, related_id)) as insight_id,
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
    currency,
    what_to_do
from findings

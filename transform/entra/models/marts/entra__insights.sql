{{ config(indexes=[{'columns': ['insight_id'], 'unique': true}, {'columns': ['kind']}]) }}

{% set kinds = [
    'unused_account',
    'unused_seat',
    'unused_app',
    'redundant_apps',
    'leaver_access',
    'unassigned_licences',
    'unused_licence',
    'risky_grant',
    'quiet_guest',
    'stale_admin',
    'admin_without_mfa',
    'failing_sign_ins',
] -%}

with findings as (
    {% for kind in kinds %}
    select
        '{{ kind }}' as kind,
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
    what_to_do,
    {{ as_of() }} as found_at
from findings

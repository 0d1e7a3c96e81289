-- The newest month beside the one before and the same month of the year before. What has no row then is not known.
with facts as (
    select * from {{ ref('entra__monthly_facts') }}
),

newest as (
    select max(month) as month from facts
)

select
    now.month,
    now.fact,
    now.subject_type,
    now.subject_id,
    now.subject_name,
    now.value,
    month_ago.value as value_a_month_ago,
    (now.value - month_ago.value)::numeric as change_in_a_month,
    year_ago.value as value_a_year_ago,
    (now.value - year_ago.value)::numeric as change_in_a_year,
    now.unit,
    now.currency,
    now.evidence,
    now.written_at
from facts as now
inner join newest on now.month = newest.month
{% for alias, months in [('month_ago', 1), ('year_ago', 12)] %}
left join facts as {{ alias }}
    on
        {{ alias }}.month = (now.month - interval '{{ months }} months')::date
        and now.fact = {{ alias }}.fact
        and now.subject_type = {{ alias }}.subject_type
        and now.subject_id = {{ alias }}.subject_id
        and now.currency is not distinct from {{ alias }}.currency
        -- Counts of fewer logs are smaller, which is no change.
        and now.evidence is not distinct from {{ alias }}.evidence
{% endfor %}

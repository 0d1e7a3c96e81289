{#- The instant that is called now, UTC: whatever is "unused for 90 days" was so at this instant. -#}
{% macro as_of() -%}
    (select as_of from {{ ref('int_as_of') }})
{%- endmacro %}

{#- Whether a day lies within the last so many, the day of as_of being the last. -#}
{% macro within_days(day, days) -%}
    ({{ day }} > {{ as_of() }}::date - {{ days }} and {{ day }} <= {{ as_of() }}::date)
{%- endmacro %}

{#- The instant so many days before as_of. -#}
{% macro days_ago(days) -%}
    ({{ as_of() }} - interval '{{ days }} days')
{%- endmacro %}

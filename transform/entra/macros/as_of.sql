{#- The instant that is called now, UTC: whatever is "unused for 90 days" was so at this instant. -#}
{% macro as_of() -%}
    (select as_of from {{ ref('int_entra__as_of') }})
{%- endmacro %}

{#-
    The clock, UTC, for a view that must be true without a build: the var as_of, else the moment at which the view is
    asked. A pipeline that died must not go on calling itself alive by its own last word.
-#}
{% macro clock() -%}
    {% if var('as_of') %}'{{ var("as_of") }}'::timestamp{% else %}{{ utc_now() }}{% endif %}
{%- endmacro %}

{#- Whether a day lies within a number of days, the day of as_of being the last. -#}
{% macro within_days(day, days) -%}
    ({{ day }} > {{ as_of() }}::date - {{ days }} and {{ day }} <= {{ as_of() }}::date)
{%- endmacro %}

{#- The instant a number of days before as_of. -#}
{% macro days_ago(days) -%}
    ({{ as_of() }} - interval '{{ days }} days')
{%- endmacro %}

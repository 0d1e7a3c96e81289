{#-
    The days that got rows into these raw logs since {{ this }} was built last, as dates; for incremental models.

    A loader stamps a row when its batch begins, and the row may be seen hours later, when the batch is written: so it is
    asked for some hours more than those since the newest row that was seen. Without stamps (`add_record_metadata` off) no
    one can tell, and all days are touched.
-#}
{% macro touched_days(logs) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set query -%}
        with seen as (
            select coalesce(max(loaded_at), '-infinity') - interval '{{ var("load_overlap_hours") }} hours' as until
            from {{ this }}
        )

        {% for log in logs %}
        select created_at::date as day
        from {{ ref('stg_entra__' ~ log) }}
        where loaded_at >= (select seen.until from seen) or loaded_at is null

        {% if not loop.last %}union{% endif %}
        {% endfor %}
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | select | list) }}
{%- endmacro %}

{#- Whether an instant lies on one of these days, in a form that an index on the instant serves. -#}
{% macro on_days(instant, days) -%}
    {%- if not days -%}
        false
    {%- else -%}
        (
            {%- for day in days %}
            ({{ instant }} >= '{{ day }}' and {{ instant }} < '{{ day }}'::date + 1)
            {%- if not loop.last %} or{% endif %}
            {%- endfor %}
        )
    {%- endif -%}
{%- endmacro %}

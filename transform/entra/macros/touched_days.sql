{#-
    The days that got rows into these raw logs since {{ this }} was built last, as dates; for incremental models with one row
    per person, app and day.

    A loader stamps a row when its batch begins, and the row may be seen hours later, when the batch is written: so days with
    rows stamped some hours before the newest stamp that was seen are looked at, too. Those that hold as many rows as are in
    {{ this }}, and none that is newer, are left alone: after a first load that is all of them. Without stamps
    (`add_record_metadata` off) each day is looked at.
-#}
{% macro touched_days(logs) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set stamped -%}
        {% for log in logs %}
        select created_at::date as day
        from {{ ref('stg_entra__' ~ log) }}
        where {{ is_loaded_since(this) }}

        {% if not loop.last %}union{% endif %}
        {% endfor %}
    {%- endset -%}
    {%- set days = run_query(stamped).columns[0].values() | select | list -%}
    {%- if not days -%}{{ return([]) }}{%- endif -%}
    {%- set changed -%}
        with loaded as (
            {% for log in logs %}
            select
                created_at::date as day,
                loaded_at
            from {{ ref('stg_entra__' ~ log) }}
            where {{ on_days('created_at', days) }} and {{ counts_as_use() }}

            {% if not loop.last %}union all{% endif %}
            {% endfor %}
        ),

        by_day as (
            select
                day,
                count(*) as sign_ins,
                max(loaded_at) as loaded_at
            from loaded
            group by day
        ),

        built as (
            select
                day,
                sum(sign_ins + failures + interrupts) as sign_ins,
                max(loaded_at) as loaded_at
            from {{ this }}
            where day in ({% for day in days %}'{{ day }}'{{ ', ' if not loop.last }}{% endfor %})
            group by day
        )

        select by_day.day
        from by_day
        left join built on by_day.day = built.day
        where (by_day.sign_ins, by_day.loaded_at) is distinct from (built.sign_ins, built.loaded_at)
    {%- endset -%}
    {{ return(run_query(changed).columns[0].values() | list) }}
{%- endmacro %}

{#- The months, by their first days, that got rows in app_usage since {{ this }} was built last. -#}
{% macro touched_months() -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set touched -%}
        select distinct date_trunc('month', day)::date
        from {{ ref('entra__app_usage') }}
        where {{ is_loaded_since(this) }}
    {%- endset -%}
    {{ return(run_query(touched).columns[0].values() | list) }}
{%- endmacro %}

{#- Whether a day lies in one of these months, in a form that an index on the day serves. -#}
{% macro in_months(day, months) -%}
    {%- if not months -%}
        false
    {%- else -%}
        (
            {%- for month in months %}
            ({{ day }} >= '{{ month }}' and {{ day }} < '{{ month }}'::date + interval '1 month')
            {%- if not loop.last %} or{% endif %}
            {%- endfor %}
        )
    {%- endif -%}
{%- endmacro %}

{#- Whether a row was loaded since a table was built last, or some hours before: that long a batch may be on its way. -#}
{% macro is_loaded_since(table) -%}
    (
        loaded_at is null
        or loaded_at >= (
            select coalesce(max(seen.loaded_at), '-infinity') - interval '{{ var("load_overlap_hours") }} hours'
            from {{ table }} as seen
        )
    )
{%- endmacro %}

{#- Some sign-ins fail before it is known who it was, or to what. -#}
{% macro counts_as_use() -%}
    (user_id not in ('', '00000000-0000-0000-0000-000000000000') and app_id is not null and created_at is not null)
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

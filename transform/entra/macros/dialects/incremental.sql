{#-
    Two ways to add to a table at a cost that grows with what is added. dbt's own `delete+insert` finds the rows to delete by
    a join, for which PostgreSQL reads the whole table.
-#}

{#- replace_days: the days that are in the new rows are made anew. They are few, and named: so the index on `day` serves. -#}
{% macro get_incremental_replace_days_sql(arguments) -%}
    {{ return(entra.replace_by('day', arguments)) }}
{%- endmacro %}

{#- replace_months: the same by month. -#}
{% macro get_incremental_replace_months_sql(arguments) -%}
    {{ return(entra.replace_by('month', arguments)) }}
{%- endmacro %}

{#- widen_uses: of a person and app that are known already, the first use moves back and the last one forward. -#}
{% macro get_incremental_widen_uses_sql(arguments) -%}
    {{ return(adapter.dispatch('widen_uses', 'entra')(arguments)) }}
{%- endmacro %}

{% macro replace_by(column, arguments) -%}
    {{ return(adapter.dispatch('replace_by', 'entra')(column, arguments)) }}
{%- endmacro %}

{% macro default__replace_by(column, arguments) -%}
    {%- set found = run_query('select distinct ' ~ column ~ ' from ' ~ arguments['temp_relation']).columns[0].values() -%}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    {% if found -%}
    delete from {{ arguments['target_relation'] }}
    where {{ column }} in ({% for value in found %}'{{ value }}'{{ ', ' if not loop.last }}{% endfor %});
    {%- endif %}

    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arguments['temp_relation'] }}
{%- endmacro %}

{% macro default__widen_uses(arguments) -%}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    insert into {{ arguments['target_relation'] }} as known ({{ columns }})
    select {{ columns }}
    from {{ arguments['temp_relation'] }}
    on conflict (user_id, app_id) do update set
        first_at = least(known.first_at, excluded.first_at),
        last_at = greatest(known.last_at, excluded.last_at),
        loaded_at = greatest(known.loaded_at, excluded.loaded_at),
        app_name = case
            when known.last_day > excluded.last_day then coalesce(known.app_name, excluded.app_name)
            else coalesce(excluded.app_name, known.app_name)
        end,
        last_day = greatest(known.last_day, excluded.last_day)
{%- endmacro %}

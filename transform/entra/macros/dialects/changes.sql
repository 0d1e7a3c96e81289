{#- Statements that change raw tables. -#}

{#- Run a statement that updates rows; returns how many. -#}
{% macro rows_changed(change) -%}
    {{ return(adapter.dispatch('rows_changed', 'entra')(change)) }}
{%- endmacro %}

{% macro default__rows_changed(change) -%}
    {%- call statement('change', fetch_result=false, auto_begin=true) -%}
        {{ change }}
    {%- endcall -%}
    {{ return(load_result('change')['response'].rows_affected) }}
{%- endmacro %}

{#- DuckDB gives the number as a row. -#}
{% macro duckdb__rows_changed(change) -%}
    {%- call statement('change', fetch_result=true, auto_begin=true) -%}
        {{ change }}
    {%- endcall -%}
    {{ return(load_result('change')['data'][0][0]) }}
{%- endmacro %}

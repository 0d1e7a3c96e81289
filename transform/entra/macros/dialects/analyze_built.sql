{#- Tells PostgreSQL what a table holds as soon as it is built: the next model joins it, long before autovacuum comes. -#}
{% macro analyze_built() -%}
    {{ adapter.dispatch('analyze_built', 'entra')() }}
{%- endmacro %}

{% macro postgres__analyze_built() -%}
    {%- if model.config.materialized in ('table', 'incremental') -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}

{#- Other engines keep statistics by themselves. -#}
{% macro default__analyze_built() -%}
{%- endmacro %}

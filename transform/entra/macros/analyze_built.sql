{#- Tells PostgreSQL what a table holds as soon as it is built: the next model joins it, long before autovacuum comes. -#}
{% macro analyze_built() -%}
    {%- if target.type == 'postgres' and model.config.materialized in ('table', 'incremental') -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}

{#- Schemas are named after the raw one, so that several tenants can share a database: entra, entra_staging, entra_views. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if custom_schema_name == 'views' and env_var('ENTRA_VIEWS_SCHEMA', '') -%}
        {{ env_var('ENTRA_VIEWS_SCHEMA') }}
    {%- else -%}
        {{ default__generate_schema_name(custom_schema_name, node) }}
    {%- endif -%}
{%- endmacro %}

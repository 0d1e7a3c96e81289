{#- Schemas are named after the raw one, so that several tenants can share a database: entra, entra_staging, entra_views. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set raw = env_var('ENTRA_RAW_SCHEMA', 'entra') -%}
    {%- if custom_schema_name == 'views' -%}
        {{ env_var('ENTRA_VIEWS_SCHEMA', '') or raw ~ '_views' }}
    {%- else -%}
        {{ raw }}_{{ custom_schema_name or 'staging' }}
    {%- endif -%}
{%- endmacro %}

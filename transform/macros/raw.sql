{#-
    A raw table as a subquery with exactly these columns. What was never loaded, because its stream or column is deselected
    or skipped for want of a plan, is null, and a table that is not there has no rows: views then know less, and still build.

    columns: PostgreSQL types by Graph's own spelling, e.g. {'userPrincipalName': 'text'}.
-#}
{% macro raw(table, columns) -%}
    {%- set relation = source('entra', table) -%}
    {%- set found = raw_columns(table) -%}
    select
    {%- for name, type in columns.items() %}
        {% if name in found %}"{{ name }}"::{{ type }}{% else %}null::{{ type }}{% endif %} as "{{ name }}"
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
    {% if found %}from {{ relation }}{% else %}where false{% endif %}
{%- endmacro %}

{#- The columns that a raw table has in the warehouse; none if there is no such table. -#}
{% macro raw_columns(table) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set relation = source('entra', table) -%}
    {%- set query -%}
        select column_name
        from information_schema.columns
        where table_schema = '{{ relation.schema }}' and table_name = '{{ relation.identifier }}'
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}

{#- Whether a raw table is there, as an SQL literal: it tells "none" from "not known". -#}
{% macro is_loaded(table, column=none) -%}
    {%- set found = raw_columns(table) -%}
    {{ 'true' if (column in found if column else found) else 'false' }}
{%- endmacro %}

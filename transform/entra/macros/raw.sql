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

{#- Whether a raw table has a column, as an SQL literal: it tells "none" from "was not asked for". -#}
{% macro is_loaded(table, column) -%}
    {{ 'true' if column in raw_columns(table) else 'false' }}
{%- endmacro %}

{#-
    Whether all of these streams were ever read to their end, as an SQL condition: it tells "none" from "not known". That the
    table is there says nothing: the loader makes it, empty, also of a stream that Microsoft refuses.
-#}
{% macro is_known() -%}
    (
        {%- for stream in varargs %}
        exists (select 1 from {{ ref('int_entra__runs') }} where stream = '{{ stream }}' and outcome = 'complete')
        {%- if not loop.last %} and{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

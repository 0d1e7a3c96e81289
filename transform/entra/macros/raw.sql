{#-
    A raw table as a subquery with exactly these columns. What was never loaded is null, because its stream or column is
    deselected or the plan lacks it, and a table that is not there has no rows: views then know less, and still build.

    columns: types by Graph's own spelling, e.g. {'userPrincipalName': 'text'}: text, bigint, boolean, json, timestamp (UTC;
    null for year 1, which means "never"), and `log time`: a timestamp as it stands, so that an index on it serves.
-#}
{% macro raw(table, columns) -%}
    {%- set found = raw_columns(table) -%}
    select
    {%- for name, type in columns.items() %}
        {{ _typed('"' ~ name ~ '"', found[name], type) if name in found else 'null::' ~ type | replace('log time', 'timestamp') | replace('json', json_type()) }} as "{{ name }}"
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
    {% if found %}from {{ source('entra', table) }}{% else %}where false{% endif %}
{%- endmacro %}

{#- A raw column, which has one type in the warehouse, as another. -#}
{% macro _typed(column, found, type) -%}
    {%- if type == 'json' -%}
        {{ json_of_column(column) }}
    {%- elif type in ('timestamp', 'log time') -%}
        {%- if found in ('text', 'character varying', 'varchar') -%}
            {{ text_to_time(column) }}
        {%- else -%}
            {%- set utc = in_utc(column) if found == 'timestamp with time zone' else column ~ '::timestamp' -%}
            {% if type == 'log time' %}{{ utc }}{% else %}case when {{ column }} >= '0002-01-01' then {{ utc }} end{% endif %}
        {%- endif -%}
    {%- elif type == 'bigint' and found != 'bigint' -%}
        {{ text_to_integer(column ~ '::text') }}
    {%- elif type == 'boolean' and found != 'boolean' -%}
        {{ text_to_boolean(column ~ '::text') }}
    {%- else -%}
        {{ column }}::{{ type }}
    {%- endif -%}
{%- endmacro %}

{#- The columns that a raw table has in the warehouse, with their types; none if there is no such table. -#}
{% macro raw_columns(table) -%}
    {%- if not execute -%}{{ return({}) }}{%- endif -%}
    {%- set relation = source('entra', table) -%}
    {%- set query -%}
        select column_name, data_type
        from information_schema.columns
        where table_schema = '{{ relation.schema }}' and table_name = '{{ relation.identifier }}'
    {%- endset -%}
    {%- set found = run_query(query) -%}
    {%- set types = {} -%}
    {%- for row in found.rows -%}
        {%- do types.update({row[0]: row[1] | lower}) -%}
    {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}

{#- Whether a raw table has a column, as an SQL literal: it tells "none" from "was not asked for". -#}
{% macro is_loaded(table, column) -%}
    {{ 'true' if column in raw_columns(table) else 'false' }}
{%- endmacro %}

{#-
    A raw table as a subquery with exactly these columns. What was never loaded is null, because its stream or column is
    deselected or the plan lacks it, and a table that is not there has no rows: views then know less, and still build.

    columns: types by Graph's own spelling, e.g. {'userPrincipalName': 'text'}: text, bigint, boolean, json, timestamp (UTC;
    null for year 1, which means "never"), and `log time`: a timestamp as it stands, so that an index on it serves. How the
    loader spells these columns, and of which types it made them, is found out here.
-#}
{% macro raw(table, columns) -%}
    {%- set found = raw_columns(table) -%}
    {%- set whole = last_whole_read(table, found) if '_sdc_deleted_at' in columns else none -%}
    select
    {%- for name, type in columns.items() %}
        {%- set spelled = spelling(name, found) -%}
        {%- if whole and name == '_sdc_deleted_at' -%}
            {%- set value = deleted_at(found, whole) -%}
        {%- elif spelled -%}
            {%- set value = as_type('"' ~ spelled ~ '"', found[spelled], type) -%}
        {%- else -%}
            {%- set value = 'null::' ~ type | replace('log time', 'timestamp') | replace('json', json_type()) -%}
        {%- endif %}
        {{ value }} as "{{ name }}"
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
    {% if found %}from {{ source('entra', table) }}{% else %}where false{% endif %}
{%- endmacro %}

{#-
    A raw column as a type. found: its type in the warehouse. Loaders write what they have no type for as text; files that
    were read into a table give JSON where a column holds nothing else than null.
-#}
{% macro as_type(column, found, type) -%}
    {%- if type == 'json' -%}
        {%- if is_text_type(found) -%}
            case when {{ matches(column, '^\\s*[{[]') }} then {{ json_of_text(column) }} end
        {%- else -%}
            {{ json_of_column(column, found) }}
        {%- endif -%}
    {%- elif is_json_type(found) -%}
        {{ as_type(json_text_at(json_of_column(column, found), []), 'text', type) }}
    {%- elif type in ('timestamp', 'log time') -%}
        {%- if is_text_type(found) -%}
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

{% macro is_text_type(type) -%}
    {{ return(type.split('(') | first in ('text', 'character varying', 'character', 'varchar', 'string')) }}
{%- endmacro %}

{#-
    How a raw table spells a column; none if it has no such column. Loaders fold names: userprincipalname,
    USERPRINCIPALNAME, user_principal_name. found: what raw_columns returns; name: in Graph's spelling.
-#}
{% macro spelling(name, found) -%}
    {%- if name in found -%}{{ return(name) }}{%- endif -%}
    {%- set folded = name | lower | replace('_', '') -%}
    {%- for column in found if column | lower | replace('_', '') == folded -%}
        {{ return(column) }}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}

{#-
    The columns that a raw table has in the warehouse, as the loader spells them, with their types in lower case: of a struct
    as it is, with the names of its fields. None if there is no such table.
-#}
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
        {%- do types.update({row[0]: row[1] if '(' in row[1] else row[1] | lower}) -%}
    {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}

{#- Whether a raw table has a column, as an SQL literal: it tells "none" from "was not asked for". -#}
{% macro is_loaded(table, column) -%}
    {{ 'true' if spelling(column, raw_columns(table)) else 'false' }}
{%- endmacro %}

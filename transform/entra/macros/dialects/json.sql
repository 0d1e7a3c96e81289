{#-
    JSON, read and made. json: SQL of a JSON value. macros/json.sql has what is guarded against odd values; models use that.

    DuckDB gets a path as `$."name"`, so that no name is taken for a path.
-#}

{#- The type of columns that hold JSON. -#}
{% macro json_type() -%}
    {{ adapter.dispatch('json_type', 'entra')() }}
{%- endmacro %}

{% macro default__json_type() -%}
    jsonb
{%- endmacro %}

{% macro duckdb__json_type() -%}
    json
{%- endmacro %}

{#- Whether the type of a raw column is one for any JSON. -#}
{% macro is_json_type(type) -%}
    {{ return(type in ('json', 'jsonb', 'variant')) }}
{%- endmacro %}

{#- A constant, such as an empty list. -#}
{% macro json_constant(text) -%}
    '{{ text }}'::{{ json_type() }}
{%- endmacro %}

{#-
    A raw column as JSON; null for JSON's own null, which loaders write for a list that is missing. found: its type: one
    for JSON, or one with parts, such as a struct.
-#}
{% macro json_of_column(column, found) -%}
    {{ adapter.dispatch('json_of_column', 'entra')(column, found) }}
{%- endmacro %}

{% macro default__json_of_column(column, found) -%}
    nullif({% if found in ('json', 'jsonb') %}{{ column }}::jsonb{% else %}to_jsonb({{ column }}){% endif %}, 'null'::jsonb)
{%- endmacro %}

{% macro duckdb__json_of_column(column, found) -%}
    case when json_type({{ column }}::json) != 'NULL' then {{ column }}::json end
{%- endmacro %}

{#- An object or a list out of its text. -#}
{% macro json_of_text(text) -%}
    {{ adapter.dispatch('json_of_text', 'entra')(text) }}
{%- endmacro %}

{% macro default__json_of_text(text) -%}
    {{ text }}::jsonb
{%- endmacro %}

{#- Null where it is none. -#}
{% macro duckdb__json_of_text(text) -%}
    try_cast({{ text }} as json)
{%- endmacro %}

{#- Text at a path of names, or null where there is no such value. -#}
{% macro json_text_at(json, names) -%}
    {{ adapter.dispatch('json_text_at', 'entra')(json, names) }}
{%- endmacro %}

{% macro default__json_text_at(json, names) -%}
    {%- if names | length == 1 -%}
    ({{ json }} ->> '{{ names[0] }}')
    {%- else -%}
    ({{ json }} #>> '{{ '{' ~ names | join(',') ~ '}' }}')
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__json_text_at(json, names) -%}
    json_extract_string({{ json }}, '${% for name in names %}."{{ name }}"{% endfor %}')
{%- endmacro %}

{#- The JSON value of a name. -#}
{% macro json_part(json, name) -%}
    {{ adapter.dispatch('json_part', 'entra')(json, name) }}
{%- endmacro %}

{% macro default__json_part(json, name) -%}
    ({{ json }} -> '{{ name }}')
{%- endmacro %}

{% macro duckdb__json_part(json, name) -%}
    json_extract({{ json }}, '$."{{ name }}"')
{%- endmacro %}

{#- Whether it is a list. -#}
{% macro is_json_list(json) -%}
    {{ adapter.dispatch('is_json_list', 'entra')(json) }}
{%- endmacro %}

{% macro default__is_json_list(json) -%}
    jsonb_typeof({{ json }}) = 'array'
{%- endmacro %}

{% macro duckdb__is_json_list(json) -%}
    json_type({{ json }}) = 'ARRAY'
{%- endmacro %}

{#- What it is where it is a list, else null. -#}
{% macro json_array(json) -%}
    case when {{ is_json_list(json) }} then {{ json }} end
{%- endmacro %}

{#- The first item of a list as text; null for an empty list and for what is no list. -#}
{% macro json_first_text(json) -%}
    {{ adapter.dispatch('json_first_text', 'entra')(json) }}
{%- endmacro %}

{% macro default__json_first_text(json) -%}
    (({{ json_array(json) }}) ->> 0)
{%- endmacro %}

{% macro duckdb__json_first_text(json) -%}
    json_extract_string({{ json_array(json) }}, '$[0]')
{%- endmacro %}

{#-
    The items of a list as rows with one JSON column, for `cross join lateral ... as item (value)`. No rows for what is no
    list: a model that counts items asks first whether the list is known.
-#}
{% macro json_list(json) -%}
    {{ adapter.dispatch('json_list', 'entra')(json) }}
{%- endmacro %}

{% macro default__json_list(json) -%}
    jsonb_array_elements({{ json_array(json) }})
{%- endmacro %}

{% macro duckdb__json_list(json) -%}
    unnest(json_extract({{ json_array(json) }}, '$[*]'))
{%- endmacro %}

{#- The same with a second column that counts the items from 1, for `... as item (value, place)`. -#}
{% macro json_list_with_places(json) -%}
    {{ json_list(json) }} with ordinality
{%- endmacro %}

{#- How many items a list has; null for what is no list. -#}
{% macro json_length(json) -%}
    {{ adapter.dispatch('json_length', 'entra')(json) }}
{%- endmacro %}

{% macro default__json_length(json) -%}
    jsonb_array_length({{ json_array(json) }})
{%- endmacro %}

{% macro duckdb__json_length(json) -%}
    json_array_length({{ json_array(json) }})
{%- endmacro %}

{#- The items of a list as a sorted list of texts, perhaps in lower case; empty for what is no list. -#}
{% macro texts_of_json(json, lower_case=false) -%}
    {{ adapter.dispatch('texts_of_json', 'entra')(json, lower_case) }}
{%- endmacro %}

{% macro default__texts_of_json(json, lower_case) -%}
    array(
        select {% if lower_case %}lower({{ json_text_at('item.value', []) }}){% else %}{{ json_text_at('item.value', []) }}{% endif %} as item_text
        from {{ json_list(json) }} as item (value)
        order by item_text
    )
{%- endmacro %}

{#- An object: the SQL of each value by its name. Times go through json_moment. -#}
{% macro json_object(values) -%}
    {{ adapter.dispatch('json_object', 'entra')(values) }}
{%- endmacro %}

{% macro default__json_object(values) -%}
    jsonb_build_object({% for name, value in values.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro duckdb__json_object(values) -%}
    json_object({% for name, value in values.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#- A timestamp as a value of an object: ISO 8601. -#}
{% macro json_moment(instant) -%}
    {{ adapter.dispatch('json_moment', 'entra')(instant) }}
{%- endmacro %}

{% macro default__json_moment(instant) -%}
    {{ instant }}
{%- endmacro %}

{% macro duckdb__json_moment(instant) -%}
    replace(({{ instant }})::text, ' ', 'T')
{%- endmacro %}

{#- A list of texts as JSON; null for null. -#}
{% macro json_of_texts(list) -%}
    {{ adapter.dispatch('json_of_texts', 'entra')(list) }}
{%- endmacro %}

{% macro default__json_of_texts(list) -%}
    to_jsonb({{ list }})
{%- endmacro %}

{% macro duckdb__json_of_texts(list) -%}
    to_json({{ list }})
{%- endmacro %}

{#- An aggregate: JSON values of all rows as a list in an order. -#}
{% macro json_rows(value, order) -%}
    {{ adapter.dispatch('json_rows', 'entra')(value, order) }}
{%- endmacro %}

{% macro default__json_rows(value, order) -%}
    jsonb_agg({{ value }} order by {{ order }})
{%- endmacro %}

{% macro duckdb__json_rows(value, order) -%}
    to_json(array_agg({{ value }} order by {{ order }}))
{%- endmacro %}

{#- An aggregate: an object with one name and value a row. -#}
{% macro json_object_of_rows(name, value) -%}
    {{ adapter.dispatch('json_object_of_rows', 'entra')(name, value) }}
{%- endmacro %}

{% macro default__json_object_of_rows(name, value) -%}
    jsonb_object_agg({{ name }}, {{ value }})
{%- endmacro %}

{% macro duckdb__json_object_of_rows(name, value) -%}
    json_group_object({{ name }}, {{ value }})
{%- endmacro %}

{#- Whether it is an object. -#}
{% macro is_json_object(json) -%}
    {{ adapter.dispatch('is_json_object', 'entra')(json) }}
{%- endmacro %}

{% macro default__is_json_object(json) -%}
    jsonb_typeof({{ json }}) = 'object'
{%- endmacro %}

{% macro duckdb__is_json_object(json) -%}
    json_type({{ json }}) = 'OBJECT'
{%- endmacro %}

{#- An object with another value of a name. -#}
{% macro json_with(json, name, value) -%}
    {{ adapter.dispatch('json_with', 'entra')(json, name, value) }}
{%- endmacro %}

{% macro default__json_with(json, name, value) -%}
    jsonb_set({{ json }}, '{{ '{' ~ name ~ '}' }}', {{ value }})
{%- endmacro %}

{#- A patch would go into the object that is there: so the name is taken out first. -#}
{% macro duckdb__json_with(json, name, value) -%}
    json_merge_patch(
        json_merge_patch({{ json }}, json_object('{{ name }}', null)), json_object('{{ name }}', {{ value }})
    )
{%- endmacro %}

{#-
    Values out of JSON. What Graph writes into JSON has no declared type: a time can be '' or in year 1, a number a text.
    No other macro or model may cast JSON text, or expand a list: one odd value would stop every view.

    json: SQL of a jsonb value; names: the path into it.
-#}

{#- Text, or null where there is no such value. -#}
{% macro json_text(json) -%}
    {%- if not varargs -%}
    ({{ json }} #>> '{}')
    {%- elif varargs | length == 1 -%}
    ({{ json }} ->> '{{ varargs[0] }}')
    {%- else -%}
    ({{ json }} #>> '{{ '{' ~ varargs | join(',') ~ '}' }}')
    {%- endif -%}
{%- endmacro %}

{#- A timestamp in UTC; null for what is no time, and for year 1, which is how Microsoft writes "never". -#}
{% macro json_time(json) -%}
    {{ text_to_time(json_text(json, *varargs)) }}
{%- endmacro %}

{#- A bigint; null for what is no whole number of at most 18 digits. -#}
{% macro json_integer(json) -%}
    {{ text_to_integer(json_text(json, *varargs)) }}
{%- endmacro %}

{#- A number, perhaps with a fraction; null for what is none. -#}
{% macro json_number(json) -%}
    {{ text_to_number(json_text(json, *varargs)) }}
{%- endmacro %}

{#- A boolean; null for what is none. -#}
{% macro json_boolean(json) -%}
    {{ text_to_boolean(json_text(json, *varargs)) }}
{%- endmacro %}

{#- The first item of a list as text; null for an empty list and for what is no list. -#}
{% macro json_first_text(json) -%}
    (({{ json_array(json) }}) ->> 0)
{%- endmacro %}

{#- A list as it stands; null for what is none. -#}
{% macro json_array(json) -%}
    case when jsonb_typeof({{ json }}) = 'array' then {{ json }} end
{%- endmacro %}

{#-
    The items of a list as rows with one jsonb column, for `cross join lateral ... as item (value)`. No rows for what is no
    list: a model that counts items asks first whether the list is known.
-#}
{% macro json_list(json) -%}
    jsonb_array_elements(case when jsonb_typeof({{ json }}) = 'array' then {{ json }} end)
{%- endmacro %}

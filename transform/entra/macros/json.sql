{#-
    Values out of JSON. What Graph writes into JSON has no declared type: a time can be '' or in year 1, a number a text.
    No other macro or model may cast JSON text, or expand a list: one odd value would stop every view.

    json: SQL of a JSON value; names: the path into it. Lists are read by dialects/json.sql.
-#}

{#- Text, or null where there is no such value. -#}
{% macro json_text(json) -%}
    {{ json_text_at(json, varargs) }}
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

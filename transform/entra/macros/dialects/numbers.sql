{#- Numbers with a fraction. -#}

{#- A number of at most 15 digits on each side out of its text. -#}
{% macro number_of_text(text) -%}
    {{ adapter.dispatch('number_of_text', 'entra')(text) }}
{%- endmacro %}

{% macro default__number_of_text(text) -%}
    {{ text }}::numeric
{%- endmacro %}

{#- Without digits of its own, DuckDB's `numeric` has three after the point. -#}
{% macro duckdb__number_of_text(text) -%}
    {{ text }}::decimal(38, 15)
{%- endmacro %}

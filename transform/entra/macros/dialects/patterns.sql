{#-
    Regular expressions, of the kind that PostgreSQL and RE2 read alike: no look-around, no back-references.

    text: SQL of a text; pattern: the expression itself, without quotes.
-#}

{#- Whether a text has a place that matches; null for null. -#}
{% macro matches(text, pattern, any_case=false) -%}
    {{ adapter.dispatch('matches', 'entra')(text, pattern, any_case) }}
{%- endmacro %}

{% macro default__matches(text, pattern, any_case) -%}
    {{ text }} {{ '~*' if any_case else '~' }} '{{ pattern }}'
{%- endmacro %}

{#- DuckDB's `~` wants the whole text to match. With the option s, a dot matches the end of a line, too. -#}
{% macro duckdb__matches(text, pattern, any_case) -%}
    regexp_matches({{ text }}, '{{ pattern }}', '{{ 'si' if any_case else 's' }}')
{%- endmacro %}

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

{#- What the brackets of a pattern catch where it matches first; null if it matches nowhere. -#}
{% macro caught(text, pattern) -%}
    {{ adapter.dispatch('caught', 'entra')(text, pattern) }}
{%- endmacro %}

{% macro default__caught(text, pattern) -%}
    substring({{ text }} from '{{ pattern }}')
{%- endmacro %}

{% macro duckdb__caught(text, pattern) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', 1, 's'), '')
{%- endmacro %}

{#- A text with another one, which may name brackets as \1, in each place that matches. -#}
{% macro replace_matches(text, pattern, by) -%}
    {{ adapter.dispatch('replace_matches', 'entra')(text, pattern, by) }}
{%- endmacro %}

{% macro default__replace_matches(text, pattern, by) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ by }}', 'g')
{%- endmacro %}

{#- The words of a text as rows with one column, for `cross join lateral ... as item (value)`; perhaps with an empty one. -#}
{% macro words_of(text) -%}
    {{ adapter.dispatch('words_of', 'entra')(text) }}
{%- endmacro %}

{% macro default__words_of(text) -%}
    regexp_split_to_table({{ text }}, '\s+')
{%- endmacro %}

{% macro duckdb__words_of(text) -%}
    unnest(regexp_split_to_array({{ text }}, '\s+'))
{%- endmacro %}

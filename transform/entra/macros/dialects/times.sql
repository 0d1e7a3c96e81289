{#-
    Instants, which are timestamps in UTC. Only text.sql and raw() make them out of what was loaded: what they hand over here
    has the form of a time.
-#}

{#- The instant at which a statement runs. -#}
{% macro utc_now() -%}
    {{ adapter.dispatch('utc_now', 'entra')() }}
{%- endmacro %}

{% macro default__utc_now() -%}
    (now() at time zone 'utc')
{%- endmacro %}

{#- A timestamp with time zone as an instant. -#}
{% macro in_utc(time) -%}
    {{ adapter.dispatch('in_utc', 'entra')(time) }}
{%- endmacro %}

{% macro default__in_utc(time) -%}
    {{ time }} at time zone 'utc'
{%- endmacro %}

{#- The pattern of what stands behind the hours of an offset. -#}
{% macro minutes_of_offset() -%}
    {{ adapter.dispatch('minutes_of_offset', 'entra')() }}
{%- endmacro %}

{% macro default__minutes_of_offset() -%}
    :?[0-5][0-9]
{%- endmacro %}

{#- DuckDB itself writes +00 when it makes JSON of a struct. -#}
{% macro duckdb__minutes_of_offset() -%}
    (:?[0-5][0-9])?
{%- endmacro %}

{#- An instant out of ISO 8601 with an offset. -#}
{% macro time_with_offset(text) -%}
    {{ adapter.dispatch('time_with_offset', 'entra')(text) }}
{%- endmacro %}

{% macro default__time_with_offset(text) -%}
    {{ text }}::timestamptz at time zone 'utc'
{%- endmacro %}

{% macro duckdb__time_with_offset(text) -%}
    try_cast({{ plain_digits(text) }} as timestamptz) at time zone 'utc' + {{ beyond_digits(text) }}
{%- endmacro %}

{#- An instant out of ISO 8601 without one, perhaps a date alone. -#}
{% macro time_without_offset(text) -%}
    {{ adapter.dispatch('time_without_offset', 'entra')(text) }}
{%- endmacro %}

{% macro default__time_without_offset(text) -%}
    {{ text }}::timestamp
{%- endmacro %}

{% macro duckdb__time_without_offset(text) -%}
    try_cast({{ plain_digits(text) }} as timestamp) + {{ beyond_digits(text) }}
{%- endmacro %}

{#- A time as DuckDB reads it: in capitals, without a sixtieth second, and with six digits of a second at most. -#}
{% macro plain_digits(text) -%}
    upper(regexp_replace(regexp_replace({{ text }}, ':60', ':59'), '([.][0-9]{6})[0-9]+', '\1'))
{%- endmacro %}

{#- What plain_digits leaves out: PostgreSQL rounds the seventh digit, and a sixtieth second begins the next minute. -#}
{% macro beyond_digits(text) -%}
    (
        case when contains({{ text }}, ':60') then interval '1 second' else interval '0 seconds' end
        + case
            when regexp_matches({{ text }}, '[.][0-9]{6}[5-9]') then interval '1 microsecond' else interval '0 seconds'
        end
    )
{%- endmacro %}

{#- The day of an instant as text, such as 2026-01-31. -#}
{% macro day_text(instant) -%}
    {{ adapter.dispatch('day_text', 'entra')(instant) }}
{%- endmacro %}

{% macro default__day_text(instant) -%}
    to_char({{ instant }}, 'YYYY-MM-DD')
{%- endmacro %}

{% macro duckdb__day_text(instant) -%}
    strftime({{ instant }}, '%Y-%m-%d')
{%- endmacro %}

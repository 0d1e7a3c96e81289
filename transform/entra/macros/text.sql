{#- Typed values out of text: the right value where it is certain, else null, and never an error. text: SQL of a text. -#}

{#-
    A timestamp in UTC out of ISO 8601. An offset is applied; without one the time is in UTC. Null for malformed times, for
    days that no calendar has, and for year 1.
-#}
{% macro text_to_time(text) -%}
    {%- set year = '(000[2-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})' -%}
    {%- set leap_year = '([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)' -%}
    {%- set days = [
        '(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])', '(0[469]|11)-(0[1-9]|[12][0-9]|30)', '02-(0[1-9]|1[0-9]|2[0-8])',
    ] -%}
    {%- set date = '(' ~ year ~ '-(' ~ days | join('|') ~ ')|' ~ leap_year ~ '-02-29)' -%}
    {%- set seconds = '(:([0-5][0-9]|60)([.][0-9]+)?)?' -%}
    {%- set time = '(([01][0-9]|2[0-3]):[0-5][0-9]' ~ seconds ~ '|24:00(:00([.]0+)?)?)' -%}
    {#- In UTC these are in the year 10000, which clients cannot read. -#}
    {%- set too_late = '^9999-12-31[Tt ](24|.*(:60|-[0-9]{2}:?[0-9]{2}$))' -%}
    {%- set offset = '([Zz]|[+-](0[0-9]|1[0-4])' ~ minutes_of_offset() ~ ')' -%}
    case
        when {{ matches(text, too_late) }} then null
        when {{ matches(text, '^' ~ date ~ '[Tt ]' ~ time ~ offset ~ '$') }} then {{ time_with_offset(text) }}
        when {{ matches(text, '^' ~ date ~ '([Tt ]' ~ time ~ ')?$') }} then {{ time_without_offset(text) }}
    end
{%- endmacro %}

{#- A bigint; '13335.0' is 13335. Null for fractions and for more than 18 digits. -#}
{% macro text_to_integer(text) -%}
    case when {{ matches(text, '^[+-]?[0-9]{1,18}([.]0*)?$') }} then split_part({{ text }}, '.', 1)::bigint end
{%- endmacro %}

{#- A number; null for what has more than 15 digits on a side. -#}
{% macro text_to_number(text) -%}
    case when {{ matches(text, '^[+-]?[0-9]{1,15}([.][0-9]{1,15})?$') }} then {{ number_of_text(text) }} end
{%- endmacro %}

{#- A boolean; 'True' and '1' count as true. -#}
{% macro text_to_boolean(text) -%}
    case when lower({{ text }}) in ('true', '1') then true when lower({{ text }}) in ('false', '0') then false end
{%- endmacro %}

{#- An address of a web page, or null for what is none. -#}
{% macro web_address(text) -%}
    case when {{ matches(text, '^https?://') }} then {{ text }} end
{%- endmacro %}

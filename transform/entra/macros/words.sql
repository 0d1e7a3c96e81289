{#- Parts of sentences and details of findings. list: SQL of a list, null for none; known: SQL of whether all of it is known. -#}

{#- "one licence", "2 licences"; "licences" where more of them may not be known; null for none. -#}
{% macro counted(one, many, list, known) -%}
    case
        when {{ list }} is null then null
        when not {{ known }} then '{{ many }}'
        when {{ length_of(list) }} = 1 then 'one {{ one }}'
        else {{ length_of(list) }} || ' {{ many }}'
    end
{%- endmacro %}

{#- A list as JSON: empty for none, null where it is not known. -#}
{% macro listed(list, known) -%}
    case when {{ known }} then coalesce({{ json_of_texts(list) }}, {{ json_constant('[]') }}) end
{%- endmacro %}

{#- A number with its noun: "one more", "2 more". -#}
{% macro number_of(number, one, many) -%}
    case when {{ number }} = 1 then '{{ one }}' else {{ number }} || ' {{ many }}' end
{%- endmacro %}

{#- A number of days in words. -#}
{% macro in_days(days) -%}
    {{ 'one day' if days == 1 else days ~ ' days' }}
{%- endmacro %}

{#- How long ago something was, in words. -#}
{% macro ago(instant) -%}
    case {{ as_of() }}::date - {{ instant }}::date
        when 0 then 'today'
        when 1 then 'yesterday'
        else ({{ as_of() }}::date - {{ instant }}::date) || ' days ago'
    end
{%- endmacro %}

{#- Parts of sentences and details of findings. list: SQL of an array, null for none; known: SQL of whether all of it is known. -#}

{#- "licences (2)"; without the number where more of them may not be known; null for none. -#}
{% macro counted(words, list, known) -%}
    case
        when {{ list }} is not null
            then '{{ words }}' || case when {{ known }} then ' (' || cardinality({{ list }}) || ')' else '' end
    end
{%- endmacro %}

{#- A list as JSON: empty for none, null where it is not known. -#}
{% macro listed(list, known) -%}
    case when {{ known }} then coalesce(to_jsonb({{ list }}), '[]') end
{%- endmacro %}

{#- A number with its noun: "one more", "2 more". -#}
{% macro number_of(number, one, many) -%}
    case when {{ number }} = 1 then '{{ one }}' else {{ number }} || ' {{ many }}' end
{%- endmacro %}

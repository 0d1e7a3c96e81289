{#- Categories of the seed products that are tools of artificial intelligence, as a list. -#}
{% macro ai_categories() -%}
    ('ai assistants', 'coding assistants')
{%- endmacro %}

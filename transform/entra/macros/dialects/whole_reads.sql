{#-
    Whether the loader marks rows itself that a whole list no longer has. found: what raw_columns returns. Loaders that obey
    ACTIVATE_VERSION keep the version of each row.
-#}
{% macro marks_what_a_list_lacks(found) -%}
    {{ return(adapter.dispatch('marks_what_a_list_lacks', 'entra')(found)) }}
{%- endmacro %}

{% macro default__marks_what_a_list_lacks(found) -%}
    {{ return('_sdc_table_version' in found) }}
{%- endmacro %}

{#- Tables that were made of files may have the version, too, and nothing obeys it. -#}
{% macro duckdb__marks_what_a_list_lacks(found) -%}
    {{ return(false) }}
{%- endmacro %}

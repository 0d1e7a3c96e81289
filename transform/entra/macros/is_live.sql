{#-
    Whether a raw row is still there. A case, because PostgreSQL expects `... is null` to hold for one row in 200 as long as a
    table was never analysed, as right after a first load: it then joins 20,000 people to 20,000 others one by one. It
    expects a case to hold for every other row, which is near enough.
-#}
{% macro is_live(relation=none) -%}
    case when {{ relation ~ '.' if relation else '' }}"_sdc_deleted_at" is null then true else false end
{%- endmacro %}

{#-
    Whether all of these streams were ever read to their end, as an SQL condition: it tells "none" from "not known". That the
    table is there says nothing: the loader makes it, empty, also of a stream that Microsoft refuses.
-#}
{% macro is_known() -%}
    (
        {%- for stream in varargs %}
        exists (select 1 from {{ ref('int_entra__runs') }} where stream = '{{ stream }}' and outcome = 'complete')
        {%- if not loop.last %} and{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

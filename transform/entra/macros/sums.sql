{#- The days of which sums of sign-ins were loaded since {{ this }} was built last: a run loads all that Microsoft keeps. -#}
{% macro summarised_days() -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set loaded -%}
        select distinct day
        from {{ ref('stg_entra__non_interactive_sign_in_summaries') }}
        where {{ is_loaded_since(this) }}
    {%- endset -%}
    {{ return(run_query(loaded).columns[0].values() | list) }}
{%- endmacro %}

{#-
    Whether a sum of sign-ins counts. Days that Microsoft no longer lists count for good; of a day that it lists, a row that it
    does not list was replaced.

    sums: the alias of stg_entra__non_interactive_sign_in_summaries.
-#}
{% macro is_counted_sum(sums) -%}
    (
        {{ sums }}.is_live
        or coalesce(
            {{ sums }}.day < (
                select min(listed.day)
                from {{ ref('stg_entra__non_interactive_sign_in_summaries') }} as listed
                where listed.is_live
            ),
            true
        )
    )
{%- endmacro %}

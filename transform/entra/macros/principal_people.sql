{#- One row a principal and person: what is given to the one, the other holds, as itself or as a member of the group. -#}
{% macro principal_people() -%}
    select
        user_id as principal_id,
        user_id
    from {{ ref('int_entra__people') }}
    union all
    select
        members.group_id as principal_id,
        people.user_id
    from {{ ref('stg_entra__group_members') }} as members
    inner join {{ ref('int_entra__people') }} as people on members.member_id = people.user_id
{%- endmacro %}

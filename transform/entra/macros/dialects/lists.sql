{#- Lists of texts, which are arrays to PostgreSQL. list: SQL of one; places count from 1. -#}

{#- A list of these texts, which come without quotes. -#}
{% macro texts(items) -%}
    {{ adapter.dispatch('texts', 'entra')(items) }}
{%- endmacro %}

{% macro default__texts(items) -%}
    array['{{ items | join("', '") }}']
{%- endmacro %}

{#- The empty list. -#}
{% macro no_texts() -%}
    {{ adapter.dispatch('no_texts', 'entra')() }}
{%- endmacro %}

{% macro default__no_texts() -%}
    array[]::text[]
{%- endmacro %}

{#- How many items a list has; null for null. -#}
{% macro length_of(list) -%}
    {{ adapter.dispatch('length_of', 'entra')(list) }}
{%- endmacro %}

{% macro default__length_of(list) -%}
    cardinality({{ list }})
{%- endmacro %}

{#- DuckDB's `cardinality` is a number without sign, which few of its functions take. -#}
{% macro duckdb__length_of(list) -%}
    len({{ list }})::int
{%- endmacro %}

{#- The item in a place; null if the list is shorter. -#}
{% macro item_of(list, place) -%}
    {{ adapter.dispatch('item_of', 'entra')(list, place) }}
{%- endmacro %}

{% macro default__item_of(list, place) -%}
    ({{ list }})[{{ place }}]
{%- endmacro %}

{#- The first items of a list: at most this number. -#}
{% macro first_items(list, number) -%}
    {{ adapter.dispatch('first_items', 'entra')(list, number) }}
{%- endmacro %}

{% macro default__first_items(list, number) -%}
    ({{ list }})[:{{ number }}]
{%- endmacro %}

{#- The items of a list from a place on. -#}
{% macro items_from(list, place) -%}
    {{ adapter.dispatch('items_from', 'entra')(list, place) }}
{%- endmacro %}

{% macro default__items_from(list, place) -%}
    ({{ list }})[{{ place }}:]
{%- endmacro %}

{#- The place of an item; null if it is not in the list. -#}
{% macro place_of(item, list) -%}
    {{ adapter.dispatch('place_of', 'entra')(item, list) }}
{%- endmacro %}

{% macro default__place_of(item, list) -%}
    array_position({{ list }}, {{ item }})
{%- endmacro %}

{#- Whether an item is in a list. -#}
{% macro is_in(item, list) -%}
    {{ adapter.dispatch('is_in', 'entra')(item, list) }}
{%- endmacro %}

{% macro default__is_in(item, list) -%}
    {{ item }} = any({{ list }})
{%- endmacro %}

{#- Whether all items of another list are in a list. -#}
{% macro has_all(list, others) -%}
    {{ adapter.dispatch('has_all', 'entra')(list, others) }}
{%- endmacro %}

{% macro default__has_all(list, others) -%}
    {{ list }} @> {{ others }}
{%- endmacro %}

{#- Whether one of the items of another list is in a list. -#}
{% macro has_any(list, others) -%}
    {{ adapter.dispatch('has_any', 'entra')(list, others) }}
{%- endmacro %}

{% macro default__has_any(list, others) -%}
    {{ list }} && {{ others }}
{%- endmacro %}

{#- The items of a list that are not in another one. -#}
{% macro items_without(list, others) -%}
    {{ adapter.dispatch('items_without', 'entra')(list, others) }}
{%- endmacro %}

{% macro default__items_without(list, others) -%}
    array(select item.value from unnest({{ list }}) as item (value) where item.value != all({{ others }}))
{%- endmacro %}

{#- The items of a list as one text. -#}
{% macro joined(list, separator) -%}
    {{ adapter.dispatch('joined', 'entra')(list, separator) }}
{%- endmacro %}

{% macro default__joined(list, separator) -%}
    array_to_string({{ list }}, '{{ separator }}')
{%- endmacro %}

{#- The parts of a text as a list. -#}
{% macro parts_of(text, separator) -%}
    {{ adapter.dispatch('parts_of', 'entra')(text, separator) }}
{%- endmacro %}

{% macro default__parts_of(text, separator) -%}
    string_to_array({{ text }}, '{{ separator }}')
{%- endmacro %}

{#- Whole numbers from one to another as rows with one column, for `cross join lateral ... as item (value)`. -#}
{% macro numbers(first, last) -%}
    {{ adapter.dispatch('numbers', 'entra')(first, last) }}
{%- endmacro %}

{% macro default__numbers(first, last) -%}
    generate_series({{ first }}, {{ last }})
{%- endmacro %}

{#- The days from one to another as rows, for the list of a select. -#}
{% macro days_from(first, last) -%}
    {{ adapter.dispatch('days_from', 'entra')(first, last) }}
{%- endmacro %}

{% macro default__days_from(first, last) -%}
    generate_series({{ first }}, {{ last }}, interval '1 day')
{%- endmacro %}

{% macro duckdb__days_from(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}, interval '1 day'))
{%- endmacro %}

{#- An aggregate: a value out of the first row in an order, of the rows that meet a condition. -#}
{% macro first_of(value, order, condition=none) -%}
    {{ adapter.dispatch('first_of', 'entra')(value, order, condition) }}
{%- endmacro %}

{% macro default__first_of(value, order, condition) -%}
    (array_agg({{ value }} order by {{ order }}){% if condition %} filter (where {{ condition }}){% endif %})[1]
{%- endmacro %}

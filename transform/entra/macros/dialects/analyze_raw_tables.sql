{#-
    Statistics of raw tables that have none, as right after a first load: without them PostgreSQL guesses, and may join large
    tables row by row. Only the owner of a table can do this.
-#}
{% macro analyze_raw_tables() -%}
    {{ adapter.dispatch('analyze_raw_tables', 'entra')() }}
{%- endmacro %}

{#- Other engines need none. -#}
{% macro default__analyze_raw_tables() -%}
{%- endmacro %}

{% macro postgres__analyze_raw_tables() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set relation = source('entra', 'users') -%}
    {%- set unknown -%}
        select tables.relname
        from pg_class as tables
        inner join pg_namespace as schemas on tables.relnamespace = schemas.oid
        where schemas.nspname = '{{ relation.schema }}'
            and tables.relkind = 'r'
            and pg_relation_size(tables.oid) > 0
            and pg_has_role(tables.relowner, 'usage')
            and not exists (
                select 1 from pg_stats as known
                where known.schemaname = schemas.nspname and known.tablename = tables.relname
            )
    {%- endset -%}
    {%- for table in run_query(unknown).columns[0].values() -%}
        analyze {{ relation.include(identifier=false) }}."{{ table }}";
    {%- endfor -%}
{%- endmacro %}

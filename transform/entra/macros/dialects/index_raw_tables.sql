{#-
    Indexes on raw logs, without which each build would read all of them. Loaders make none but the primary key; made once,
    kept by PostgreSQL. Only the owner of a table may do so: who builds under another role goes without.
-#}
{% macro index_raw_tables() -%}
    {{ adapter.dispatch('index_raw_tables', 'entra')() }}
{%- endmacro %}

{#- Other engines need none. -#}
{% macro default__index_raw_tables() -%}
{%- endmacro %}

{% macro postgres__index_raw_tables() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set indexes = {
        'sign_ins': ['createdDateTime', '_sdc_batched_at'],
        'non_interactive_sign_ins': ['createdDateTime', '_sdc_batched_at'],
        'service_principal_sign_ins': ['createdDateTime'],
        'directory_audits': ['activityDateTime', 'activityDisplayName'],
    } -%}
    {%- for table, columns in indexes.items() -%}
        {%- set relation = source('entra', table) -%}
        {%- set owned -%}
            select indexname
            from pg_tables
            left join pg_indexes using (schemaname, tablename)
            where schemaname = '{{ relation.schema }}' and tablename = '{{ relation.identifier }}'
                and pg_has_role(tableowner, 'usage')
        {%- endset -%}
        {%- set found = run_query(owned).columns[0].values() | list -%}
        {%- for column in columns if found and column in entra.raw_columns(table) -%}
            {%- set name = table ~ '_' ~ column ~ '_idx' -%}
            {%- if name not in found -%}
                create index if not exists "{{ name }}" on {{ relation }} ("{{ column }}");
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

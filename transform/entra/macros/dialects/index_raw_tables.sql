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
        {%- set types = entra.raw_columns(table) if found else {} -%}
        {%- for column in columns -%}
            {%- set name = table ~ '_' ~ column ~ '_idx' -%}
            {%- set spelled = entra.spelling(column, types) -%}
            {%- if spelled and name not in found -%}
                create index if not exists "{{ name }}" on {{ relation }} ({{ entra._indexed(spelled, types[spelled]) }});
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#- What raw() makes of a column, where that is more than the column itself. Times in texts are read past any index. -#}
{% macro _indexed(column, type) -%}
    {% if type == 'timestamp with time zone' %}({{ entra.in_utc('"' ~ column ~ '"') }}){% else %}"{{ column }}"{% endif %}
{%- endmacro %}

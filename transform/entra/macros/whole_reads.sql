{#-
    Deletions where the loader ignores ACTIVATE_VERSION, and leaves rows live that a list no longer has. The tap says in
    `stream_runs` when a read of a whole list began that it finished and trusts: a row that was last written before is gone.
-#}

{#-
    The last such read of a raw table, as {'since': when it began, 'until': when its run ended}, both as text of instants.
    None where the loader marks these rows itself, where there was no such read, and where the table has not all of its
    rows, because the loader has lost or not yet written some. found: what raw_columns returns.
-#}
{% macro last_whole_read(table, found) -%}
    {%- set extracted = spelling('_sdc_extracted_at', found) -%}
    {%- if not extracted or marks_what_a_list_lacks(found) or not spelling('wholeSince', raw_columns('stream_runs')) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set reads -%}
        select
            runs."wholeSince"::text as since,
            runs."finishedAt"::text as until,
            runs."wholeRows"
        from (
            {{
                raw('stream_runs', {
                    'stream': 'text', 'finishedAt': 'timestamp', 'wholeSince': 'timestamp', 'wholeRows': 'bigint'
                })
            }}
        ) as runs
        where runs."stream" = '{{ table }}' and runs."wholeSince" is not null and runs."wholeRows" is not null
        order by runs."finishedAt" desc
        limit 1
    {%- endset -%}
    {%- set read = run_query(reads).rows | first -%}
    {%- if not read -%}{{ return(none) }}{%- endif -%}
    {%- set written -%}
        select count(*)
        from {{ source('entra', table) }}
        where {{ as_type('"' ~ extracted ~ '"', found[extracted], 'log time') }} >= '{{ read[0] }}'
    {%- endset -%}
    {%- if run_query(written).rows[0][0] < read[2] -%}{{ return(none) }}{%- endif -%}
    {{ return({'since': read[0], 'until': read[1]}) }}
{%- endmacro %}

{#- When a row was removed: as the loader marked it, else the end of the run that no longer found it. -#}
{% macro deleted_at(found, whole) -%}
    {%- set marked, extracted = spelling('_sdc_deleted_at', found), spelling('_sdc_extracted_at', found) -%}
    coalesce(
        {{ as_type('"' ~ marked ~ '"', found[marked], 'log time') if marked else 'null::timestamp' }},
        case
            when {{ as_type('"' ~ extracted ~ '"', found[extracted], 'log time') }} < '{{ whole.since }}'
                then '{{ whole.until }}'::timestamp
        end
    )
{%- endmacro %}

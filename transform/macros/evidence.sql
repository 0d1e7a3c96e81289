{#-
    What proves that something was not used for so many days; null if nothing does, and then there is no finding.

    by_report: SQL condition that one of Microsoft's activity reports says so.
    The model joins int_observation as `observation`.
-#}
{% macro proof_of_disuse(days, by_report='false') -%}
    case
        when {{ by_report }} then 'activity report'
        when observation.all_since <= {{ days_ago(days) }} then 'all sign-ins'
        when observation.interactive_since <= {{ days_ago(days) }} then 'interactive sign-ins'
    end
{%- endmacro %}

{#- Since when that evidence reaches back; null for a report, which reaches back by itself. -#}
{% macro proof_since(evidence) -%}
    case {{ evidence }}
        when 'all sign-ins' then observation.all_since
        when 'interactive sign-ins' then observation.interactive_since
    end
{%- endmacro %}

{#- Clients renew tokens without a person present: without those sign-ins, disuse is something to look into, no more. -#}
{% macro severity_by_evidence(evidence, severity) -%}
    case when {{ evidence }} = 'interactive sign-ins' then 'check' else '{{ severity }}' end
{%- endmacro %}

{#- When Microsoft's report says that somebody last signed in: a success, or any attempt where it knows of no success. -#}
{% macro last_activity(activity) -%}
    coalesce(
        ({{ activity }} ->> 'lastSuccessfulSignInDateTime')::timestamp,
        greatest(
            ({{ activity }} ->> 'lastSignInDateTime')::timestamp,
            ({{ activity }} ->> 'lastNonInteractiveSignInDateTime')::timestamp
        )
    )
{%- endmacro %}

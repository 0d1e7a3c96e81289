{#-
    What proves that something was not used for a number of days; null if nothing does, and then there is no finding.

    by_report: SQL condition that one of Microsoft's activity reports says so.
    The model joins int_entra__observation as `observation`.
-#}
{% macro proof_of_disuse(days, by_report='false') -%}
    case
        when {{ by_report }} then 'activity report'
        when observation.all_since <= {{ days_ago(days) }} then 'all sign-ins'
        when observation.summed_since <= {{ days_ago(days) }} then 'summaries'
        when observation.interactive_since <= {{ days_ago(days) }} then 'interactive sign-ins'
    end
{%- endmacro %}

{#- Since when that evidence reaches back; null for a report, which reaches back by itself. -#}
{% macro proof_since(evidence) -%}
    case {{ evidence }}
        when 'all sign-ins' then observation.all_since
        when 'summaries' then observation.summed_since
        when 'interactive sign-ins' then observation.interactive_since
    end
{%- endmacro %}

{#- Clients renew tokens without a person present: without those sign-ins, disuse is something to look into, no more. -#}
{% macro severity_by_evidence(evidence, severity) -%}
    case when {{ evidence }} = 'interactive sign-ins' then 'check' else '{{ severity }}' end
{%- endmacro %}

{#-
    When Microsoft's report says that somebody was last there: a success, or any attempt where it knows of no success. Good
    enough not to call a person absent by mistake; no date of a sign-in.
-#}
{% macro last_activity(activity) -%}
    coalesce(
        {{ json_time(activity, 'lastSuccessfulSignInDateTime') }},
        greatest(
            {{ json_time(activity, 'lastSignInDateTime') }},
            {{ json_time(activity, 'lastNonInteractiveSignInDateTime') }}
        )
    )
{%- endmacro %}

{#-
    When it says that somebody last signed in, and with success. It has kept successes apart only since 1 December 2023: of
    an attempt before that, the result is unknown, and it may have been a success.
    https://learn.microsoft.com/graph/api/resources/signinactivity
-#}
{% macro last_success(activity) -%}
    coalesce(
        {{ json_time(activity, 'lastSuccessfulSignInDateTime') }},
        greatest(
            {%- for attempt in ['lastSignInDateTime', 'lastNonInteractiveSignInDateTime'] %}
            case
                when {{ json_time(activity, attempt) }} < '2023-12-01'
                    then {{ json_time(activity, attempt) }}
            end{{ ',' if not loop.last }}
            {%- endfor %}
        )
    )
{%- endmacro %}

{#- When it says that somebody last tried, successful or not. -#}
{% macro last_attempt(activity) -%}
    greatest(
        {{ json_time(activity, 'lastSignInDateTime') }},
        {{ json_time(activity, 'lastNonInteractiveSignInDateTime') }},
        {{ json_time(activity, 'lastSuccessfulSignInDateTime') }}
    )
{%- endmacro %}

{#- How long somebody has been away, in words; only a report that lists everybody can say never. -#}
{% macro away_for(days) -%}
    case
        when observation.last_seen_at is null and observation.evidence = 'activity report' then 'has never signed in'
        else 'has not signed in for {{ in_days(days) }}'
    end
{%- endmacro %}

{#-
    Has had an account for a number of days. Microsoft has no date for some that were made before June 2018: they are old, unless
    no dates were loaded at all. The model names int_entra__people `people`.
-#}
{% macro is_long_here(days) -%}
    coalesce(people.created_at <= {{ days_ago(days) }}, {{ is_loaded('users', 'createdDateTime') }})
{%- endmacro %}

{#- And has not signed in to anything in that time, nor tried to where the result is unknown. -#}
{% macro is_absent(days) -%}
    {{ is_long_here(days) }}
    and coalesce(people.last_seen_at < {{ days_ago(days) }}, true)
{%- endmacro %}

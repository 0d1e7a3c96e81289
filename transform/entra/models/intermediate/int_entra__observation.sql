-- One row: how far back the sign-in logs prove that something was not used.
with logs as (
    select
        max(observed_since) filter (where stream = 'sign_ins') as interactive_since,
        max(observed_since) filter (where stream = 'non_interactive_sign_ins') as non_interactive_since,
        max(observed_since) filter (where stream = 'non_interactive_sign_in_summaries') as summaries_since,
        max(observed_since) filter (where stream = 'service_principal_sign_ins') as apps_since
    from {{ ref('int_entra__log_coverage') }}
),

-- A report that is no longer read says only that things were not used before it was.
reports as (
    select
        coalesce(bool_or(stream = 'user_sign_in_activity'), false) as user_report_is_current,
        coalesce(bool_or(stream = 'service_principal_sign_in_activities'), false) as app_report_is_current
    from {{ ref('int_entra__runs') }}
    where outcome = 'complete' and run_at >= {{ days_ago(var('stale_days')) }}
),

reach as (
    select
        interactive_since,
        apps_since,
        case
            when interactive_since is not null and non_interactive_since is not null
                then greatest(interactive_since, non_interactive_since)
        end as all_since,
        case
            when interactive_since is not null and summaries_since is not null
                then greatest(interactive_since, summaries_since)
        end as summed_since,
        interactive_since is not null as is_observed
    from logs
),

-- The best of those that reach back far enough, else the best there is.
judged as (
    select
        *,
        case
            when all_since <= {{ days_ago(var('unused_days')) }} then 'all sign-ins'
            when summed_since <= {{ days_ago(var('unused_days')) }} then 'summaries'
            when interactive_since <= {{ days_ago(var('unused_days')) }} then 'interactive sign-ins'
            when all_since is not null then 'all sign-ins'
            when summed_since is not null then 'summaries'
            when interactive_since is not null then 'interactive sign-ins'
        end as evidence
    from reach
)

select
    judged.interactive_since,
    judged.all_since,
    judged.summed_since,
    judged.apps_since,
    judged.is_observed,
    reports.user_report_is_current,
    reports.app_report_is_current,
    judged.evidence,
    case judged.evidence
        when 'all sign-ins' then judged.all_since
        when 'summaries' then judged.summed_since
        when 'interactive sign-ins' then judged.interactive_since
    end as observed_since
from judged
cross join reports

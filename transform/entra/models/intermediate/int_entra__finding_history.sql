{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='insight_id',
        on_schema_change='append_new_columns',
        full_refresh=false,
        indexes=[{'columns': ['insight_id'], 'unique': true}]
    )
}}

-- When each finding was first there, and when it was no longer. Kept for good, also in a full refresh, and without
-- names. Only rows that change are written; a day of the past that is built anew changes none. What is there when the
-- lists that it rests on are read for the first time is not new.
with findings as (
    select
        insight_id,
        kind,
        severity,
        subject_type,
        subject_id,
        related_id,
        evidence,
        observed_since
    from {{ ref('int_entra__findings') }}
),

history as (
    {% if is_incremental() %}
    select *
    from {{ this }}
    {% else %}
    select
        findings.*,
        null::timestamp as found_at,
        null::timestamp as resolved_at,
        null::boolean as is_first
    from findings
    where false
    {% endif %}
),

clock as (
    select
        coalesce({{ as_of() }} >= max(greatest(found_at, resolved_at)), true) as is_later,
        count(*) = 0 as is_first
    from history
),

runs as (
    select
        stream,
        outcome,
        max(finished_at) over (partition by run_id) as ended_at
    from {{ ref('int_entra__runs') }}
),

first_reads as (
    select
        stream,
        min(ended_at) as read_at
    from runs
    where outcome = 'complete'
    group by stream
),

kinds as (
    select
        needs.kind,
        max(first_reads.read_at) as read_at
    from (values {{ streams_of_findings() }}) as needs (kind, stream)
    inner join first_reads on needs.stream = first_reads.stream
    group by needs.kind
),

found as (
    select
        findings.*,
        {{ as_of() }} as found_at,
        null::timestamp as resolved_at,
        clock.is_first or coalesce({{ as_of() }} <= kinds.read_at, false) as is_first
    from findings
    cross join clock
    left join kinds on findings.kind = kinds.kind
    left join history on findings.insight_id = history.insight_id
    where history.insight_id is null or history.resolved_at is not null
),

-- A finding that is not known any more is not resolved: what proves it must reach back as far as it did.
resolved as (
    select
        history.insight_id,
        history.kind,
        history.severity,
        history.subject_type,
        history.subject_id,
        history.related_id,
        history.evidence,
        history.observed_since,
        history.found_at,
        {{ as_of() }} as resolved_at,
        history.is_first
    from history
    cross join {{ ref('int_entra__known') }} as known
    cross join {{ ref('int_entra__observation') }} as observation
    left join findings on history.insight_id = findings.insight_id
    left join {{ ref('int_entra__seats') }} as seats
        on history.subject_id = seats.user_id and history.related_id = seats.app_id
    left join {{ ref('int_entra__person_app_use') }} as used
        on history.subject_id = used.user_id and history.related_id = used.app_id
    where
        findings.insight_id is null
        and history.resolved_at is null
        and {{ is_judged('history.kind') }}
        and case
            when history.evidence in ('all sign-ins', 'summaries')
                then coalesce(least(observation.all_since, observation.summed_since) <= history.observed_since, false)
            when history.evidence = 'interactive sign-ins'
                then coalesce(observation.interactive_since <= history.observed_since, false)
            when history.evidence != 'activity report' then true
            -- That the app is used again says nothing of this person.
            when history.kind = 'unused_seat'
                then seats.user_id is null or coalesce(used.last_at >= history.found_at, false)
            when history.kind = 'seats_without_use' then false
            when history.subject_type = 'application' then observation.app_report_is_current
            else observation.user_report_is_current
        end
)

select found.*
from found
cross join clock
where clock.is_later
union all
select resolved.*
from resolved
cross join clock
where clock.is_later

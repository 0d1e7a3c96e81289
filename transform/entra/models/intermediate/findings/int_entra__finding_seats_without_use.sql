-- Several people were given an app that they do not use, while others do: one row an app, for all of its unused seats
-- that neither the person's absence nor the app's explains.
with seats as (
    select
        related_id as app_id,
        related_name as app_name,
        count(*)::int as people,
        {{ first_items('array_agg(subject_name order by subject_name)', 20) }} as names,
        min({{ severity_rank('severity') }}) as severity_rank,
        {{ first_of('evidence', severity_rank('severity') ~ ', evidence') }} as evidence,
        {{ first_of('observed_since', severity_rank('severity') ~ ', evidence') }} as observed_since
    from {{ ref('int_entra__finding_unused_seat') }}
    where severity != 'low'
    group by related_id, related_name
)

select
    {{ severity_of('seats.severity_rank') }} as severity,
    seats.people || ' of ' || counts.people_with_access || ' people with access have not used ' || seats.app_name
    || ' for {{ in_days(var("unused_days")) }}' as title,
    'application' as subject_type,
    seats.app_id as subject_id,
    seats.app_name as subject_name,
    null::text as related_id,
    null::text as related_name,
    seats.people,
    seats.evidence,
    seats.observed_since,
    {{ json_object({
        'people': 'seats.people',
        'people_with_access': 'counts.people_with_access',
        'names': json_of_texts('seats.names'),
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Take back the seats of those who do not need them. If most come from one group, assign the app to a smaller one.'
        as what_to_do
from seats
cross join {{ ref('int_entra__known') }} as known
left join {{ ref('int_entra__seat_counts') }} as counts on seats.app_id = counts.app_id
left join {{ ref('int_entra__finding_unused_app') }} as idle on seats.app_id = idle.subject_id
-- The finding about the person says all of a single seat; an app without use explains its seats itself.
where
    seats.people > 1
    and idle.subject_id is null
    and known.group_seats
    -- Without them, seats through groups are of no known age, and the count would be too small.
    and known.joining_dates

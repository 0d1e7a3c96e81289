-- A guest was invited and never accepted.
select
    'low' as severity,
    'The guest '
    || people.name
    || ' has not accepted the invitation for {{ in_days(var("pending_guest_days")) }}' as title,
    'employee' as subject_type,
    people.user_id as subject_id,
    people.name as subject_name,
    null::text as related_id,
    null::text as related_name,
    1 as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'invited_at': json_moment('coalesce(people.created_at, invitations.invited_at)'),
        'invited_by': 'invitations.by_name',
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Ask who invited the guest, then send the invitation again or remove the account.' as what_to_do
from {{ ref('int_entra__people') }} as people
cross join {{ ref('int_entra__known') }} as known
left join {{ ref('int_entra__invitations') }} as invitations on people.user_id = invitations.user_id
where
    known.people
    and people.account_state = 'guest'
    and people.external_user_state = 'PendingAcceptance'
    and {{ is_long_here(var('pending_guest_days')) }}

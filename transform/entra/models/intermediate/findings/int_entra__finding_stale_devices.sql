-- Devices that were not seen for long are still enabled: one row an operating system.
with devices as (
    select
        coalesce(operating_system, 'unknown system') as system,
        display_name,
        last_sign_in_at,
        last_sign_in_at < {{ days_ago(var('stale_device_days')) }} as is_stale
    from {{ ref('stg_entra__devices') }}
    where is_live and coalesce(account_enabled, true) and last_sign_in_at is not null
),

systems as (
    select
        system,
        count(*)::int as devices,
        count(*) filter (where is_stale)::int as stale,
        min(last_sign_in_at) as longest_ago,
        {{ first_items('array_agg(display_name order by last_sign_in_at) filter (where is_stale)', 50) }} as names
    from devices
    group by system
)

select
    'low' as severity,
    systems.stale || ' of ' || systems.devices || ' ' || systems.system || ' devices '
    || case systems.stale when 1 then 'was' else 'were' end
    || ' not seen for {{ in_days(var("stale_device_days")) }}' as title,
    'category' as subject_type,
    'devices: ' || systems.system as subject_id,
    systems.system as subject_name,
    null::text as related_id,
    null::text as related_name,
    null::int as people,
    'directory' as evidence,
    null::timestamp as observed_since,
    {{ json_object({
        'stale': 'systems.stale',
        'devices': 'systems.devices',
        'longest_ago': json_moment('systems.longest_ago'),
        'names': json_of_texts('systems.names'),
    }) }} as details,
    null::numeric as estimated_monthly_saving,
    null::text as currency,
    'Disable them; delete them after a while, with their keys in mind.' as what_to_do
from systems
cross join {{ ref('int_entra__known') }} as known
where known.devices and systems.stale > 0

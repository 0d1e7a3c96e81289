{{
    config(
        materialized='incremental',
        unique_key=['user_id', 'app_id'],
        incremental_strategy='delete+insert',
        indexes=[{'columns': ['user_id', 'app_id'], 'unique': true}, {'columns': ['loaded_at']}]
    )
}}

-- When a person first and last signed in to an app, in all the time that the warehouse knows of. A build adds what
-- app_usage got since the last one: sign-ins never change, so the first can only move back and the last only forward.
with added as (
    select
        user_id,
        app_id,
        min(first_at) as first_at,
        max(last_at) as last_at,
        max(loaded_at) as loaded_at,
        (array_agg(app_name order by day desc) filter (where app_name is not null))[1] as app_name,
        max(day) as last_day
    from {{ ref('app_usage') }}
    {% if is_incremental() %}
    where
        loaded_at is null
        or loaded_at >= (
            select coalesce(max(seen.loaded_at), '-infinity') - interval '{{ var("load_overlap_hours") }} hours'
            from {{ this }} as seen
        )
    {% endif %}
    group by user_id, app_id
)

{% if is_incremental() %}
select
    added.user_id,
    added.app_id,
    least(added.first_at, seen.first_at) as first_at,
    greatest(added.last_at, seen.last_at) as last_at,
    greatest(added.loaded_at, seen.loaded_at) as loaded_at,
    case when seen.last_day > added.last_day then seen.app_name else coalesce(added.app_name, seen.app_name) end
        as app_name,
    greatest(added.last_day, seen.last_day) as last_day
from added
left join {{ this }} as seen on added.user_id = seen.user_id and added.app_id = seen.app_id
{% else %}
select
    user_id,
    app_id,
    first_at,
    last_at,
    loaded_at,
    app_name,
    last_day
from added
{% endif %}

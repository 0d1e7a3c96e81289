{{
    config(
        materialized='incremental',
        incremental_strategy='widen_uses',
        indexes=[{'columns': ['user_id', 'app_id'], 'unique': true}, {'columns': ['loaded_at']}]
    )
}}

-- When a person first and last signed in to an app, in all the time that the warehouse knows of. A build adds what
-- app_usage got since the last one: sign-ins never change, so the first can only move back and the last only forward.
select
    user_id,
    app_id,
    min(first_at) as first_at,
    max(last_at) as last_at,
    max(loaded_at) as loaded_at,
    {{ first_of('app_name', 'day desc', 'app_name is not null') }} as app_name,
    max(day) as last_day
from {{ ref('entra__app_usage') }}
{% if is_incremental() %}
where {{ is_loaded_since(this) }}
{% endif %}
group by user_id, app_id

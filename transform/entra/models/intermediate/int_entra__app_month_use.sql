{{
    config(
        materialized='incremental',
        incremental_strategy='replace_months',
        indexes=[
            {'columns': ['app_id', 'month'], 'unique': true},
            {'columns': ['month']},
            {'columns': ['loaded_at']}
        ]
    )
}}

-- How each app was used in each month. A build makes anew the months that got rows in app_usage since the last one.
{%- set months = touched_months() if is_incremental() else [] %}
select
    app_id,
    date_trunc('month', day)::date as month,
    count(distinct user_id) filter (where sign_ins > 0)::int as people,
    sum(sign_ins)::bigint as sign_ins,
    sum(failures)::bigint as failures,
    max(loaded_at) as loaded_at
from {{ ref('entra__app_usage') }}
{% if is_incremental() %}where {{ in_months('day', months) }}{% endif %}
group by app_id, date_trunc('month', day)::date

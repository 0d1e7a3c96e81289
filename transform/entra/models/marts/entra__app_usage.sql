{{
    config(
        materialized='incremental',
        incremental_strategy='replace_days',
        on_schema_change='append_new_columns',
        indexes=[
            {'columns': ['user_id', 'app_id', 'day'], 'unique': true},
            {'columns': ['day']},
            {'columns': ['loaded_at']}
        ]
    )
}}

{#-
    A build makes anew the days that got rows since the last one, whole: so a late row changes its day, and a row that was
    loaded twice counts once. What it costs grows with those days, not with all there are.
-#}
{%- set days = touched_days(['sign_ins', 'non_interactive_sign_ins']) if is_incremental() else [] -%}

with sign_ins as (
    select
        sign_in_id,
        created_at,
        user_id,
        app_id,
        app_name,
        error_code,
        loaded_at,
        true as is_interactive
    from {{ ref('stg_entra__sign_ins') }}
    {% if is_incremental() %}where {{ on_days('created_at', days) }}{% endif %}
    union all
    select
        sign_in_id,
        created_at,
        user_id,
        app_id,
        app_name,
        error_code,
        loaded_at,
        false as is_interactive
    from {{ ref('stg_entra__non_interactive_sign_ins') }}
    {% if is_incremental() %}where {{ on_days('created_at', days) }}{% endif %}
),

-- Before its first row, or without any, a log is not known.
first_days as (
    select
        (select min(created_at)::date from {{ ref('stg_entra__sign_ins') }}) as interactive,
        (select min(created_at)::date from {{ ref('stg_entra__non_interactive_sign_ins') }}) as non_interactive
)

select
    user_id,
    app_id,
    created_at::date as day,
    (array_agg(app_name order by created_at desc, sign_in_id asc) filter (where app_name != ''))[1] as app_name,
    count(*) filter (where error_code = 0)::int as sign_ins,
    case
        when created_at::date >= (select first_days.interactive from first_days)
            then count(*) filter (where error_code = 0 and is_interactive)::int
    end as interactive_sign_ins,
    case
        when created_at::date >= (select first_days.non_interactive from first_days)
            then count(*) filter (where error_code = 0 and not is_interactive)::int
    end as non_interactive_sign_ins,
    count(*) filter (where error_code != 0 and error_code not in {{ interrupt_codes() }})::int as failures,
    count(*) filter (where error_code in {{ interrupt_codes() }})::int as interrupts,
    min(created_at) filter (where error_code = 0) as first_at,
    max(created_at) filter (where error_code = 0) as last_at,
    max(loaded_at) as loaded_at
from sign_ins
where {{ counts_as_use() }}
group by user_id, app_id, created_at::date

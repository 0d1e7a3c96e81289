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
{%- set days = (touched_days(['sign_ins', 'non_interactive_sign_ins']) + summarised_days()) | unique | list
    if is_incremental() else [] -%}

-- depends_on: {{ ref('int_entra__summarised_use') }}
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

logged as (
    select
        user_id,
        app_id,
        created_at::date as day,
        {{ first_of('app_name', 'created_at desc, sign_in_id asc', "app_name != ''") }} as app_name,
        count(*) filter (where error_code = 0 and is_interactive) as interactive_sign_ins,
        count(*) filter (where error_code = 0 and not is_interactive) as sign_ins,
        count(*) filter (where {{ is_failure() }} and is_interactive) as interactive_failures,
        count(*) filter (where {{ is_failure() }} and not is_interactive) as failures,
        count(*) filter (where error_code in {{ interrupt_codes() }} and is_interactive) as interactive_interrupts,
        count(*) filter (where error_code in {{ interrupt_codes() }} and not is_interactive) as interrupts,
        min(created_at) filter (where error_code = 0) as first_at,
        max(created_at) filter (where error_code = 0) as last_at,
        max(loaded_at) as loaded_at
    from sign_ins
    where {{ counts_as_use() }}
    group by user_id, app_id, created_at::date
),

-- Before its first row, or without any, a log is not known.
first_days as (
    select
        (select min(created_at)::date from {{ ref('stg_entra__sign_ins') }}) as interactive,
        least(
            (select min(created_at)::date from {{ ref('stg_entra__non_interactive_sign_ins') }}),
            (select min(day) from {{ ref('stg_entra__non_interactive_sign_in_summaries') }})
        ) as non_interactive
),

counted as (
    {% if not raw_columns('non_interactive_sign_in_summaries') %}
    -- A join with nothing would take a quarter of the time.
    select
        user_id,
        app_id,
        day,
        app_name,
        interactive_sign_ins,
        sign_ins as non_interactive_sign_ins,
        interactive_failures + failures as failures,
        interactive_interrupts + interrupts as interrupts,
        first_at,
        last_at,
        loaded_at
    from logged
    {% else %}
    -- The log and the sums tell of the same sign-ins: where one of them has a day in part, the other has more.
    select
        coalesce(logged.user_id, summed.user_id) as user_id,
        coalesce(logged.app_id, summed.app_id) as app_id,
        coalesce(logged.day, summed.day) as day,
        coalesce(logged.app_name, summed.app_name) as app_name,
        coalesce(logged.interactive_sign_ins, 0) as interactive_sign_ins,
        greatest(logged.sign_ins, summed.sign_ins) as non_interactive_sign_ins,
        coalesce(logged.interactive_failures, 0) + greatest(logged.failures, summed.failures) as failures,
        coalesce(logged.interactive_interrupts, 0) + greatest(logged.interrupts, summed.interrupts) as interrupts,
        least(logged.first_at, summed.first_at) as first_at,
        greatest(logged.last_at, summed.last_at) as last_at,
        greatest(logged.loaded_at, summed.loaded_at) as loaded_at
    from logged
    full join {{ ref('int_entra__summarised_use') }} as summed
        on logged.user_id = summed.user_id and logged.app_id = summed.app_id and logged.day = summed.day
    {% if is_incremental() %}where {{ on_days('coalesce(logged.day, summed.day)', days) }}{% endif %}
    {% endif %}
)

select
    counted.user_id,
    counted.app_id,
    counted.day,
    counted.app_name,
    (counted.interactive_sign_ins + counted.non_interactive_sign_ins)::int as sign_ins,
    case when counted.day >= first_days.interactive then counted.interactive_sign_ins::int end as interactive_sign_ins,
    case
        when counted.day >= first_days.non_interactive then counted.non_interactive_sign_ins::int
    end as non_interactive_sign_ins,
    counted.failures::int as failures,
    counted.interrupts::int as interrupts,
    counted.first_at,
    counted.last_at,
    counted.loaded_at
from counted
cross join first_days

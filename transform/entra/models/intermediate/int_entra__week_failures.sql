-- What people tried in vain in the last seven days: one row a person, app and code. An app that they got into in the
-- end does not count.
with codes as (
    {% for log in ['sign_ins', 'non_interactive_sign_ins'] %}
    select
        user_id,
        app_id,
        error_code
    from {{ ref('stg_entra__' ~ log) }}
    where
        created_at >= {{ as_of() }}::date - 6
        and created_at < {{ as_of() }}::date + 1
        and {{ counts_as_use() }}
        and error_code not in {{ interrupt_codes() }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

tried as (
    select
        user_id,
        app_id,
        bool_or(error_code = 0) as got_in
    from codes
    group by user_id, app_id
),

by_app as (
    select
        app_id,
        count(*)::int as people_who_tried
    from tried
    group by app_id
)

select
    codes.user_id,
    codes.app_id,
    codes.error_code,
    count(*)::int as failures,
    max(by_app.people_who_tried) as people_who_tried
from codes
inner join tried on codes.user_id = tried.user_id and codes.app_id = tried.app_id and not tried.got_in
inner join by_app on codes.app_id = by_app.app_id
group by codes.user_id, codes.app_id, codes.error_code

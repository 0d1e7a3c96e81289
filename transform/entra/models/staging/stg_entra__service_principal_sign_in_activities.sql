with source as (
    {{
        raw('service_principal_sign_in_activities', {
            'appId': 'text',
            'applicationAuthenticationClientSignInActivity': 'json',
            'applicationAuthenticationResourceSignInActivity': 'json',
            'delegatedClientSignInActivity': 'json',
            'delegatedResourceSignInActivity': 'json',
            'lastSignInActivity': 'json',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    lower("appId") as app_id,
    {{ last_activity('"delegatedClientSignInActivity"') }} as last_used_by_people_at,
    greatest(
        {%- for activity in [
            'applicationAuthenticationClientSignInActivity', 'applicationAuthenticationResourceSignInActivity',
            'delegatedClientSignInActivity', 'delegatedResourceSignInActivity', 'lastSignInActivity'
        ] %}
        {{ last_attempt('"' ~ activity ~ '"') }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) as last_used_at
from source

with source as (
    {{
        raw('service_principal_sign_in_activities', {
            'appId': 'text',
            'applicationAuthenticationClientSignInActivity': 'jsonb',
            'applicationAuthenticationResourceSignInActivity': 'jsonb',
            'delegatedClientSignInActivity': 'jsonb',
            'delegatedResourceSignInActivity': 'jsonb',
            'lastSignInActivity': 'jsonb',
            '_sdc_deleted_at': 'timestamp'
        })
    }}
)

select
    "_sdc_deleted_at" as removed_at,
    lower("appId") as app_id,
    {{ last_activity('"delegatedClientSignInActivity"') }} as last_used_by_people_at,
    greatest(
        ("applicationAuthenticationClientSignInActivity" ->> 'lastSignInDateTime')::timestamp,
        ("applicationAuthenticationClientSignInActivity" ->> 'lastNonInteractiveSignInDateTime')::timestamp,
        ("applicationAuthenticationClientSignInActivity" ->> 'lastSuccessfulSignInDateTime')::timestamp,
        ("applicationAuthenticationResourceSignInActivity" ->> 'lastSignInDateTime')::timestamp,
        ("applicationAuthenticationResourceSignInActivity" ->> 'lastNonInteractiveSignInDateTime')::timestamp,
        ("applicationAuthenticationResourceSignInActivity" ->> 'lastSuccessfulSignInDateTime')::timestamp,
        ("delegatedClientSignInActivity" ->> 'lastSignInDateTime')::timestamp,
        ("delegatedClientSignInActivity" ->> 'lastNonInteractiveSignInDateTime')::timestamp,
        ("delegatedClientSignInActivity" ->> 'lastSuccessfulSignInDateTime')::timestamp,
        ("delegatedResourceSignInActivity" ->> 'lastSignInDateTime')::timestamp,
        ("delegatedResourceSignInActivity" ->> 'lastNonInteractiveSignInDateTime')::timestamp,
        ("delegatedResourceSignInActivity" ->> 'lastSuccessfulSignInDateTime')::timestamp,
        ("lastSignInActivity" ->> 'lastSignInDateTime')::timestamp,
        ("lastSignInActivity" ->> 'lastNonInteractiveSignInDateTime')::timestamp,
        ("lastSignInActivity" ->> 'lastSuccessfulSignInDateTime')::timestamp
    ) as last_used_at
from source

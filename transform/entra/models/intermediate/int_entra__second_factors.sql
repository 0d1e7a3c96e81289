-- One row a person of Microsoft's report of second factors, with the best of them.
with registered as (
    select
        user_id,
        is_mfa_registered,
        case
            when methods_registered is not null
                then {{ texts_of_json('methods_registered') }}
        end as methods
    from {{ ref('stg_entra__user_registration_details') }}
    where is_live
)

select
    user_id,
    is_mfa_registered,
    methods,
    case
        when {{ has_any('methods', phishing_resistant_methods()) }} then 'phishing-resistant'
        when {{ has_any('methods', strong_methods()) }} then 'strong'
        when {{ has_any('methods', weak_methods()) }} then 'weak'
        when not is_mfa_registered then 'none'
    end as strength
from registered

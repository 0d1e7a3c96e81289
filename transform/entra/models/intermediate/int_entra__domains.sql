-- One row a domain of the tenant: federated, if another sign-in service signs its people in.
select
    lower(domain) as domain,
    lower(authentication_type) = 'federated' as is_federated
from {{ ref('stg_entra__domains') }}
where is_live and domain is not null

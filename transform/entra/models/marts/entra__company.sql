-- One row, also without any organization: what every page begins with.
select
    tenant.tenant_id,
    tenant.display_name,
    observation.evidence,
    observation.observed_since,
    {{ as_of() }} as as_of
from {{ ref('int_entra__observation') }} as observation
left join {{ ref('int_entra__tenant') }} as tenant on true

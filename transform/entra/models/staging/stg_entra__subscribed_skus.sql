with source as (
    {{
        raw('subscribed_skus', {
            'skuId': 'text',
            'skuPartNumber': 'text',
            'appliesTo': 'text',
            'capabilityStatus': 'text',
            'consumedUnits': 'bigint',
            'prepaidUnits': 'json',
            'servicePlans': 'json',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "skuId" as sku_id,
    "skuPartNumber" as sku_part_number,
    "appliesTo" as applies_to,
    "capabilityStatus" as capability_status,
    "consumedUnits" as consumed_units,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    {{ json_array('"servicePlans"') }} as service_plans,
    {{ json_integer('"prepaidUnits"', 'enabled') }} as enabled_units,
    {{ json_integer('"prepaidUnits"', 'warning') }} as warning_units,
    {{ json_integer('"prepaidUnits"', 'suspended') }} as suspended_units
from source

with source as (
    {{
        raw('subscribed_skus', {
            'skuId': 'text',
            'skuPartNumber': 'text',
            'appliesTo': 'text',
            'capabilityStatus': 'text',
            'consumedUnits': 'bigint',
            'prepaidUnits': 'jsonb',
            '_sdc_deleted_at': 'timestamp'
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
    ("prepaidUnits" ->> 'enabled')::bigint as enabled_units,
    ("prepaidUnits" ->> 'warning')::bigint as warning_units,
    ("prepaidUnits" ->> 'suspended')::bigint as suspended_units
from source

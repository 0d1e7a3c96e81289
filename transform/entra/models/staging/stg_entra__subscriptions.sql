with source as (
    {{
        raw('subscriptions', {
            'id': 'text',
            'skuId': 'text',
            'skuPartNumber': 'text',
            'status': 'text',
            'isTrial': 'boolean',
            'totalLicenses': 'bigint',
            'createdDateTime': 'timestamp',
            'nextLifecycleDateTime': 'timestamp',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "id" as subscription_id,
    "skuId" as sku_id,
    "skuPartNumber" as sku_part_number,
    "status" as status,
    "isTrial" as is_trial,
    "totalLicenses" as seats,
    "createdDateTime" as created_at,
    "nextLifecycleDateTime" as next_status_at,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live
from source

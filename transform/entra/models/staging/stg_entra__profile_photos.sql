with source as (
    {{
        raw('profile_photos', {
            'userId': 'text',
            'photo': 'text',
            'contentType': 'text',
            'width': 'bigint',
            'height': 'bigint',
            'etag': 'text',
            'sha256': 'text',
            '_sdc_deleted_at': 'log time'
        })
    }}
)

select
    "userId" as user_id,
    "photo" as photo,
    "contentType" as content_type,
    "width" as width,
    "height" as height,
    "sha256" as sha256,
    "_sdc_deleted_at" as removed_at,
    {{ is_live() }} as is_live,
    coalesce("sha256", "etag", "photo") is not null as has_photo
from source

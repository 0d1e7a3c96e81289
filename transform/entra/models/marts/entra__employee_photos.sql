{{ config(materialized='view') }}

-- A view, and not a copy: photos are most of the bytes in the warehouse. A role that reads the view needs no right on
-- the raw table.
select
    user_id,
    sha256,
    content_type,
    photo
from {{ ref('stg_entra__profile_photos') }}
where is_live and sha256 is not null and photo is not null

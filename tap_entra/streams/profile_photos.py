"""Profile photos: profile photos of users."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import PhotoStream


class ProfilePhotos(PhotoStream):
    """One row a user, with the picture in it; every column but the key is null for a user without one.

    https://learn.microsoft.com/graph/api/profilephoto-get
    """

    name = "profile_photos"
    path = "/users/{id}/photo"
    permissions = ("ProfilePhoto.Read.All", "User.Read.All")
    primary_keys = ("userId",)
    schema = th.PropertiesList(
        th.Property("userId", th.StringType, required=True, description="The user's object id; users.id"),
        th.Property("photo", th.StringType, description="The picture itself as base64; null if there is none"),
        th.Property("contentType", th.StringType, description="Media type of the picture, as a rule image/jpeg"),
        th.Property("width", th.IntegerType, description="Width of the picture in pixels"),
        th.Property("height", th.IntegerType, description="Height of the picture in pixels"),
        th.Property("etag", th.StringType, description="Microsoft's mark of this version; changes with the picture"),
        th.Property("sha256", th.StringType, description="Digest of the picture's bytes, 64 hexadecimal digits"),
    ).to_dict()

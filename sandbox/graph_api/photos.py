"""Profile photos, and the many ways of not having one.

https://learn.microsoft.com/graph/api/profilephoto-get
"""

from __future__ import annotations

import base64
import functools
import zlib
from typing import TYPE_CHECKING, Any

from sandbox import graph_errors as errors
from sandbox.graph_api.paging import GRAPH_JSON
from sandbox.graph_api.permissions import require
from sandbox.graph_errors import Refusal
from sandbox.messages import Response, json_response

if TYPE_CHECKING:
    from sandbox.graph_api.context import Call, Context
    from sandbox.tenant.makers.photos import Photo

SCOPES = frozenset({"ProfilePhoto.Read.All"})
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
IMAGE_NOT_FOUND = "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown."

# Which of them a user without photo gets depends on where the mailbox is; here on the user's id.
WITHOUT_PHOTO = (
    ("ImageNotFound", IMAGE_NOT_FOUND),
    ("ErrorEntityNotFound", "The photo wasn't found."),
    ("ErrorItemNotFound", "The specified object was not found in the store."),
    ("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it."),
    ("ResourceNotFound", "Resource could not be discovered."),
    ("MailboxNotHostedInExchangeOnline", "REST API is not yet supported for this mailbox."),
    (None, ""),  # no refusal at all: 200 and a picture of one pixel
)


@functools.lru_cache(maxsize=512)
def _content(photo: Photo) -> bytes:
    return photo.content


def get_metadata(context: Context, call: Call, user_id: str, size: str | None = None) -> Response:
    """`/users/{id}/photo` and `/users/{id}/photos/{size}`."""
    photo = _photo(context, call, user_id, size)
    body: dict[str, Any] = {
        "@odata.context": f"{context.url}/{call.version}/$metadata#users('{user_id}')/photo/$entity"
    }
    if photo is None:
        body |= {"@odata.mediaContentType": "image/gif", "@odata.mediaEtag": "", "id": "1x1", "height": 1, "width": 1}
        return json_response(body, content_type=GRAPH_JSON)
    body |= {"@odata.id": f"{context.url}/{call.version}/users('{user_id}')/photo", **_described(photo)}
    turned = context.faults.turned
    if turned.no_etags:
        return json_response({**body, "@odata.mediaEtag": ""}, content_type=GRAPH_JSON)
    if turned.heeds_none_match and call.request.headers.get("if-none-match") == photo.etag:
        return Response(304, b"", {"ETag": photo.etag})
    response = json_response(body, content_type=GRAPH_JSON)
    response.headers["ETag"] = photo.etag
    return response


def get_bytes(context: Context, call: Call, user_id: str, size: str | None = None) -> Response:
    """`/photo/$value`: always the whole picture, If-None-Match or not."""
    photo = _photo(context, call, user_id, size)
    if photo is None:
        return Response(200, PIXEL, {"Content-Type": "image/gif"})
    spelled = context.faults.turned.etag_of_bytes
    etag = photo.etag if spelled is None else spelled.format(photo.etag.strip('"'))
    headers = {"Content-Type": photo.content_type} | ({"ETag": etag} if etag else {})
    return Response(200, _content(photo), headers)


def get_sizes(context: Context, call: Call, user_id: str) -> Response:
    """`/users/{id}/photos`: the sizes there are, none for users without photo."""
    require(call, SCOPES)
    _live_user(context, user_id)
    photo = context.tenant.photos.get(user_id)
    body = {
        "@odata.context": f"{context.url}/{call.version}/$metadata#users('{user_id}')/photos",
        "value": [_described(one) for one in photo.sizes] if photo else [],
    }
    return json_response(body, content_type=GRAPH_JSON)


def _described(photo: Photo) -> dict[str, Any]:
    return {
        "@odata.mediaContentType": photo.content_type,
        "@odata.mediaEtag": photo.etag,
        "id": f"{photo.width}x{photo.height}",
        "width": photo.width,
        "height": photo.height,
    }


def _photo(context: Context, call: Call, user_id: str, size: str | None) -> Photo | None:
    """The photo, or None where Graph shows one pixel instead of saying no.

    Raises:
        Refusal: There is no such user, or no photo, in one of the spellings.
    """
    require(call, SCOPES)
    _live_user(context, user_id)
    photo = context.tenant.photos.get(user_id)
    turned = context.faults.turned
    if photo is None:
        if turned.odd_no_photo:
            raise Refusal(turned.odd_no_photo, "ImageNotFound", IMAGE_NOT_FOUND)
        code, message = WITHOUT_PHOTO[zlib.crc32(user_id.encode()) % len(WITHOUT_PHOTO)]
        if code is None:
            return None
        raise Refusal(404, code, message)
    if size is None:
        return photo.sizes[0 if turned.gives_smallest else -1]
    width = size.lower().partition("x")[0]
    if not width.isdecimal():
        raise errors.bad_request(f"The size '{size}' is not valid.", "BadRequest")
    smaller = [one for one in photo.sizes if one.width <= int(width)]
    if not smaller:  # a photo larger than asked for is never scaled down on the way
        raise Refusal(404, "ImageNotFound", IMAGE_NOT_FOUND)
    return smaller[-1]


def _live_user(context: Context, user_id: str) -> None:
    if user_id not in context.tenant.directory["users"].live:
        raise errors.not_found(user_id)

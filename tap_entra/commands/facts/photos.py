"""Facts about profile photos: ETags, sizes, and the ways of having none."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from tap_entra.commands.facts.fact import Fact, Known, Question, Reply, first_rows, found, judge
from tap_entra.commands.facts.shapes import listed

if TYPE_CHECKING:
    from collections.abc import Generator

    from tap_entra.commands.facts.fact import Inquiry

#: Members of the company: few guests have a photo.
_USERS = "/v1.0/users?$select=id,accountEnabled,userType&$top=100"
_MOST_ASKED = 20


class _Photo(NamedTuple):
    url: str
    reply: Reply


def _photos() -> Generator[Question, Reply, list[_Photo]]:
    """Ask for the photos of some users; an answer may be that there is none."""
    rows = (yield from first_rows(_USERS)).rows
    rows.sort(key=lambda row: (row.get("userType") != "Member", not row.get("accountEnabled")))
    photos = []
    for row in rows[:_MOST_ASKED]:
        url = f"/v1.0/users/{row['id']}/photo"
        reply = yield Question(url)
        reply.raise_unless_told()
        photos.append(_Photo(url, reply))
    return photos


def _is_one(photo: _Photo) -> bool:
    return photo.reply.error is None and photo.reply.body.get("width") != 1


def _a_photo() -> Generator[Question, Reply, _Photo]:
    return found(filter(_is_one, (yield from _photos())), f"none of up to {_MOST_ASKED} users has a photo")


def _none(_: Known) -> Inquiry:
    ways = Counter(
        photo.reply.code if photo.reply.error is not None else "200 and one pixel"
        for photo in (yield from _photos())
        if not _is_one(photo)
    )
    found(ways, f"all of up to {_MOST_ASKED} users have a photo")
    return judge(all(way.startswith(("200", "400", "404")) for way in ways), listed(ways))


def _etags(_: Known) -> Inquiry:
    photo = yield from _a_photo()
    body, header = photo.reply.body, photo.reply.headers.get("ETag")
    named = body.get("@odata.mediaEtag")
    observed = f"mediaEtag {'is set' if named else 'is empty'}, ETag {'is the same' if header == named else 'differs'}"
    return judge(bool(named), observed)


def _etag_of_bytes(_: Known) -> Inquiry:
    photo = yield from _a_photo()
    etag = str(photo.reply.body.get("@odata.mediaEtag") or "")
    reply = yield Question(f"{photo.url}/$value", is_bytes=True)
    reply.raise_unless_told()
    header = reply.headers.get("ETag")
    is_same = header is not None and header.removeprefix("W/").strip('"') == etag.strip('"')
    return judge(is_same, "no ETag" if header is None else f"ETag {'is the same' if is_same else 'differs'}")


def _none_match(_: Known) -> Inquiry:
    photo = yield from _a_photo()
    etag = str(photo.reply.body.get("@odata.mediaEtag") or "*")
    reply = yield Question(photo.url, (("If-None-Match", etag),))
    reply.raise_unless_told()
    return judge(reply.status == HTTPStatus.OK, reply.code)


def _sizes(_: Known) -> Inquiry:
    photo = yield from _a_photo()
    sizes = [row.get("width") for row in (yield from first_rows(f"{photo.url}s")).rows]
    widths = [size for size in sizes if isinstance(size, int)]
    is_largest = bool(widths) and photo.reply.body.get("width") == max(widths)
    return judge(
        is_largest, f"{len(widths)} sizes; without a size Graph gives {'the largest' if is_largest else 'another'}"
    )


FACTS = (
    Fact(
        "photo_etags",
        assumed="A photo has an ETag",
        ask=_etags,
        then="A new photo of the same person may go unnoticed",
        streams=("profile_photos",),
    ),
    Fact(
        "photo_bytes_etag",
        assumed="The bytes of a photo come with the photo's ETag",
        ask=_etag_of_bytes,
        then="The metadata of each photo is requested as well, and perhaps all photos once more in the second run",
        streams=("profile_photos",),
    ),
    Fact(
        "photo_none",
        assumed="Without a photo: 404, 400, or one pixel",
        ask=_none,
        then="The photo counts as not answered; the next run asks again",
        streams=("profile_photos",),
    ),
    Fact(
        "photo_if_none_match",
        assumed="If-None-Match of a photo is ignored",
        ask=_none_match,
        then="Nothing: the tap compares ETags itself. Please report it",
        streams=("profile_photos",),
    ),
    Fact(
        "photo_sizes",
        assumed="Without a size, Graph gives the largest photo",
        ask=_sizes,
        then="The photo is stored in the size that Graph gives",
        streams=("profile_photos",),
    ),
)

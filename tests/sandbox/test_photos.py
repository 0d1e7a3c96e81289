"""Profile photos, and their absence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client, NewClient, NewSandbox


@pytest.fixture
def user(sandbox: Sandbox) -> str:
    """A user with a photo in several sizes."""
    return next(user for user, photo in sandbox.tenant.photos.items() if len(photo.sizes) > 3)


def test_metadata_tells_size_and_etag_of_the_largest(sandbox: Sandbox, graph: Client, user: str) -> None:
    photo = sandbox.tenant.photos[user].sizes[-1]

    response = graph.get(f"/v1.0/users/{user}/photo")

    body = response.json()
    assert (body["id"], body["width"], body["height"]) == (f"{photo.width}x{photo.height}", photo.width, photo.height)
    assert body["@odata.mediaEtag"] == response.headers["ETag"] == photo.etag
    assert body["@odata.mediaContentType"] == photo.content_type


def test_the_bytes_come_whole_whatever_the_client_has(sandbox: Sandbox, graph: Client, user: str) -> None:
    photo = sandbox.tenant.photos[user].sizes[-1]

    response = graph.get(f"/v1.0/users/{user}/photo/$value", If_None_Match=photo.etag)

    assert response.status_code == 200
    assert response.content == photo.content
    assert response.headers["Content-Type"] == photo.content_type


def test_sizes_are_listed_and_can_be_had_singly(sandbox: Sandbox, graph: Client, user: str) -> None:
    sizes = [one["id"] for one in graph.get(f"/v1.0/users/{user}/photos").json()["value"]]

    assert sizes == [f"{photo.width}x{photo.height}" for photo in sandbox.tenant.photos[user].sizes]
    assert graph.get(f"/v1.0/users/{user}/photos/96x96").json()["width"] == 96
    assert graph.get(f"/v1.0/users/{user}/photos/96x96/$value").content == sandbox.tenant.photos[user].sized(96).content


def test_a_size_that_does_not_exist_is_a_smaller_one_or_none(graph: Client, user: str) -> None:
    assert graph.get(f"/v1.0/users/{user}/photos/100x100").json()["width"] == 96
    assert graph.get(f"/v1.0/users/{user}/photos/20x20").json()["error"]["code"] == "ImageNotFound"


def test_there_are_many_ways_to_have_no_photo(new_sandbox: NewSandbox, new_client: NewClient) -> None:
    sandbox = new_sandbox(users=300)
    graph = new_client(sandbox)
    without = [user for user in sandbox.tenant.directory["users"].live if user not in sandbox.tenant.photos]

    answers = [graph.get(f"/v1.0/users/{user}/photo") for user in without]

    pixels = [answer.json() for answer in answers if answer.status_code == 200]
    assert {(one["id"], one["@odata.mediaContentType"], one["@odata.mediaEtag"]) for one in pixels} == {
        ("1x1", "image/gif", "")
    }
    codes = {answer.json()["error"]["code"] for answer in answers if answer.status_code == 404}
    assert {"ImageNotFound", "ErrorEntityNotFound", "ErrorNonExistentMailbox", "ResourceNotFound"} <= codes


def test_a_user_who_left_is_not_found(sandbox: Sandbox, graph: Client) -> None:
    gone = next(iter(sandbox.tenant.directory["users"].recycle_bin))

    for path in ("photo", "photo/$value", "photos"):
        answer = graph.get(f"/v1.0/users/{gone}/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "Request_ResourceNotFound")


def test_photos_need_their_own_permission(sandbox: Sandbox, graph: Client, user: str) -> None:
    sandbox.consent.scopes.remove("ProfilePhoto.Read.All")
    graph.sign_in()

    assert graph.get(f"/v1.0/users/{user}/photo").status_code == 403

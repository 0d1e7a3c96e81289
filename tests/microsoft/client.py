"""Reads a tenant with Microsoft's own client, as its documentation does. Runs where that is installed; see conftest.py.

Finds Graph and the sign-in service in TAP_ENTRA_... variables; writes JSON. `client.py read` reads lists, a first delta
round, a batch, photos and logs; `client.py changes LINK` reads one incremental sync.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msal
import msgraph
import msgraph_beta
from azure.core.credentials import AccessToken
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph.generated.audit_logs.sign_ins.sign_ins_request_builder import SignInsRequestBuilder
from msgraph.generated.groups.delta.delta_request_builder import DeltaRequestBuilder as GroupsDelta
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.users.delta.delta_request_builder import DeltaRequestBuilder as UsersDelta
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_beta.generated.audit_logs.sign_ins.sign_ins_request_builder import (
    SignInsRequestBuilder as BetaSignInsRequestBuilder,
)
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SETTINGS = {name.removeprefix("TAP_ENTRA_").lower(): value for name, value in os.environ.items()}
GRAPH = SETTINGS["graph_url"]


class KeptSignIn:
    """A credential as Microsoft's client wants it, made of a refresh token."""

    def __init__(self) -> None:
        authority = f"{SETTINGS['login_url']}/{SETTINGS['tenant_id']}"
        self._app = msal.PublicClientApplication(SETTINGS["client_id"], authority=authority, instance_discovery=False)
        self._token: AccessToken | None = None

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        if self._token is None:
            got = self._app.acquire_token_by_refresh_token(SETTINGS["refresh_token"], list(scopes))
            self._token = AccessToken(got["access_token"], int(time.time()) + got["expires_in"])
        return self._token


def client_of(package: Any, version: str) -> Any:
    """Microsoft's client, pointed at this Graph; httpx finds its authority in SSL_CERT_FILE."""
    host = urlsplit(GRAPH).hostname
    sign_in = AzureIdentityAuthenticationProvider(KeptSignIn(), scopes=[f"{GRAPH}/.default"], allowed_hosts=[host])
    adapter = package.GraphRequestAdapter(sign_in)
    adapter.base_url = f"{GRAPH}/{version}"
    return package.GraphServiceClient(request_adapter=adapter)


async def pages(builder: Any, query: Any) -> AsyncIterator[Any]:
    """All pages of a list or a round: Microsoft's own iterator takes an empty page for the last one."""
    page = await builder.get(RequestConfiguration(query_parameters=query))
    yield page
    while page.odata_next_link:
        page = await builder.with_url(page.odata_next_link).get()
        yield page


async def read_users(client: msgraph.GraphServiceClient) -> list[dict[str, Any]]:
    columns = ["id", "displayName", "accountEnabled", "createdDateTime", "assignedLicenses", "employeeOrgData"]
    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(select=columns, top=10)
    return [
        {
            "id": user.id,
            "displayName": user.display_name,
            "accountEnabled": user.account_enabled,
            "created": user.created_date_time.isoformat() if user.created_date_time else None,
            "skus": sorted(str(licence.sku_id) for licence in user.assigned_licenses or []),
            "costCenter": user.employee_org_data.cost_center if user.employee_org_data else None,
            "unread": sorted(user.additional_data),
        }
        async for page in pages(client.users, query)
        for user in page.value
    ]


async def read_round(client: msgraph.GraphServiceClient, link: str | None) -> dict[str, Any]:
    builder = client.users.delta.with_url(link) if link else client.users.delta
    query = UsersDelta.DeltaRequestBuilderGetQueryParameters(select=["id", "displayName"])
    live: dict[str, Any] = {}
    removed: dict[str, Any] = {}
    async for page in pages(builder, None if link else query):
        for user in page.value:
            gone = user.additional_data.get("@removed")
            (removed if gone else live)[user.id] = gone["reason"] if gone else user.display_name
        link = page.odata_delta_link
    return {"live": live, "removed": removed, "link": link}


async def read_members(client: msgraph.GraphServiceClient) -> list[list[str]]:
    query = GroupsDelta.DeltaRequestBuilderGetQueryParameters(select=["id", "members"])
    return [
        [group.id, link["id"]]
        async for page in pages(client.groups.delta, query)
        for group in page.value
        for link in group.additional_data.get("members@delta", [])
    ]


async def read_batch(client: msgraph.GraphServiceClient, user_id: str) -> dict[str, Any]:
    picture = client.users.by_user_id(user_id).photo.content
    parts = {"picture": picture, "found": client.organization, "missing": client.users.by_user_id("nobody")}
    content = BatchRequestContent()
    for name, part in parts.items():
        item = BatchRequestItem(part.to_get_request_information(), id=name)
        # It keeps the whole address, which Graph refuses: https://github.com/microsoftgraph/msgraph-sdk-python/issues/1015
        item.url = item.url.removeprefix(client.request_adapter.base_url)
        content.add_request(name, item)
    answer = await client.batch.post(content)
    # It keeps no JSON bodies, https://github.com/microsoft/kiota-python/issues/737; a picture's is a text.
    picture = answer.get_response_by_id("picture").body
    return {"statuses": answer.get_response_status_codes(), "picture": base64.b64encode(picture).decode()}


async def read_photo(client: msgraph.GraphServiceClient, user_id: str) -> dict[str, Any]:
    photo = client.users.by_user_id(user_id).photo
    try:
        facts = await photo.get()
        content = await photo.content.get()
    except ODataError as error:
        return {"status": error.response_status_code, "code": error.error.code}
    return {"width": facts.width, "height": facts.height, "content": base64.b64encode(content).decode()}


async def read_sign_ins(client: msgraph.GraphServiceClient, since: str) -> list[dict[str, Any]]:
    parameters = SignInsRequestBuilder.SignInsRequestBuilderGetQueryParameters
    query = parameters(filter=f"createdDateTime ge {since}", top=10)
    return [
        {
            "id": row.id,
            "app": row.app_display_name,
            "error": row.status.error_code,
            "at": row.created_date_time.isoformat(),
            "city": row.location.city,
        }
        async for page in pages(client.audit_logs.sign_ins, query)
        for row in page.value
    ]


async def read_beta_sign_ins(since: str) -> list[str]:
    client = client_of(msgraph_beta, "beta")
    condition = f"createdDateTime ge {since} and signInEventTypes/any(t: t eq 'nonInteractiveUser')"
    query = BetaSignInsRequestBuilder.SignInsRequestBuilderGetQueryParameters(filter=condition, top=500)
    return [row.id async for page in pages(client.audit_logs.sign_ins, query) for row in page.value]


async def read(users: list[str], since: str) -> dict[str, Any]:
    client = client_of(msgraph, "v1.0")
    return {
        "users": await read_users(client),
        "round": await read_round(client, None),
        "members": await read_members(client),
        "batch": await read_batch(client, users[0]),
        "photos": {user_id: await read_photo(client, user_id) for user_id in users},
        "sign_ins": await read_sign_ins(client, since),
        "beta_sign_ins": await read_beta_sign_ins(since),
    }


def main() -> None:
    command, *arguments = sys.argv[1:]
    if command == "changes":
        answer: Any = asyncio.run(read_round(client_of(msgraph, "v1.0"), *arguments))
    else:
        answer = asyncio.run(read(**json.load(sys.stdin)))
    json.dump(answer, sys.stdout, default=str)  # it takes some texts for UUIDs


if __name__ == "__main__":
    main()

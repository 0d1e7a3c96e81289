"""A client that asks and looks, nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msal
import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox import Sandbox

    NewSandbox = Callable[..., Sandbox]
    NewClient = Callable[[Sandbox], "Client"]


class Client:
    """Signs in through MSAL and sends requests to Graph, without a retry."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(sandbox.ca_bundle.with_name("authority.pem"))

    def app(self, tenant: str | None = None, **options: Any) -> msal.ClientApplication:
        """A client application for the sandbox's registration."""
        kind = msal.ConfidentialClientApplication if "client_credential" in options else msal.PublicClientApplication
        options.setdefault("client_id", self.sandbox.settings["client_id"])
        authority = f"{self.sandbox.login_url}/{tenant or self.sandbox.tenant.id}"
        return kind(authority=authority, instance_discovery=False, http_client=self.http, **options)

    @property
    def default_scope(self) -> list[str]:
        """All that was consented."""
        return [f"{self.sandbox.graph_url}/.default"]

    def sign_in(self) -> dict[str, Any]:
        """Redeem a refresh token that an administrator has just left; later requests carry the access token."""
        token = self.sandbox.login.first_refresh_token()
        answer: dict[str, Any] = self.app().acquire_token_by_refresh_token(token, self.default_scope)
        self.http.headers["Authorization"] = f"Bearer {answer['access_token']}"
        return answer

    def get(self, path: str, **headers: str) -> requests.Response:
        """GET a path below the Graph host, or a link."""
        url = path if path.startswith("https:") else f"{self.sandbox.graph_url}{path}"
        return self.http.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()}, timeout=9)

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Follow next links."""
        link: str | None = path
        while link:
            response = self.get(link)
            assert response.status_code == 200, response.text
            yield response.json()
            link = response.json().get("@odata.nextLink")

    def rows(self, path: str) -> list[dict[str, Any]]:
        """The rows of all pages."""
        return [row for page in self.pages(path) for row in page["value"]]

    def batch(self, *urls: str) -> dict[str, dict[str, Any]]:
        """POST one batch to v1.0; answers by url."""
        steps = [{"id": str(number), "method": "GET", "url": url} for number, url in enumerate(urls)]
        response = self.http.post(f"{self.sandbox.graph_url}/v1.0/$batch", json={"requests": steps}, timeout=9)
        assert response.status_code == 200, response.text
        return {urls[int(answer["id"])]: answer for answer in response.json()["responses"]}


@pytest.fixture
def new_client() -> Iterator[NewClient]:
    clients: list[Client] = []

    def start(sandbox: Sandbox) -> Client:
        clients.append(Client(sandbox))
        clients[-1].sign_in()
        return clients[-1]

    yield start
    for client in clients:
        client.http.close()


@pytest.fixture
def graph(sandbox: Sandbox, new_client: NewClient) -> Client:
    """A signed-in client of the test's own sandbox."""
    client = new_client(sandbox)
    sandbox.requests.clear()
    return client

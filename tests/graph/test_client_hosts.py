"""The targets of requests: one host, links unchanged, this machine's proxies, and nothing else."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
import trustme

from tap_entra.graph import GraphError, read_pages
from tap_entra.graph.errors import ForeignHostError

if TYPE_CHECKING:
    from pathlib import Path

    from tap_entra.graph import GraphClient
    from tests.graph.conftest import Connect, Serve
    from tests.graph.scripted import ScriptedGraph

DOMAINS = {"value": [{"id": "contoso.example"}]}


def test_a_next_link_to_another_host_is_not_followed(
    graph: ScriptedGraph, elsewhere: ScriptedGraph, client: GraphClient
) -> None:
    graph.says("/v1.0/users", {"value": [{"id": "u1"}], "@odata.nextLink": f"{elsewhere.url}/v1.0/users?$skiptoken=a"})

    with pytest.raises(ForeignHostError, match=r"a link to 127\.0\.0\.1, which was not followed"):
        list(read_pages(client, "/v1.0/users"))

    assert elsewhere.requests == []


def test_a_stored_link_to_another_host_is_not_followed(elsewhere: ScriptedGraph, client: GraphClient) -> None:
    with pytest.raises(ForeignHostError):
        client.get(f"{elsewhere.url}/v1.0/users/delta?$deltatoken=a")

    assert elsewhere.requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(
    graph: ScriptedGraph, elsewhere: ScriptedGraph, client: GraphClient, status: int
) -> None:
    graph.says("/v1.0/users", b"", status=status, headers={"Location": f"{elsewhere.url}/v1.0/users"})

    with pytest.raises(ForeignHostError):
        client.get("/v1.0/users")

    assert elsewhere.requests == []
    assert len(graph.requests) == 1


def test_a_foreign_link_is_no_passing_trouble(elsewhere: ScriptedGraph, client: GraphClient) -> None:
    with pytest.raises(ForeignHostError) as refused:
        client.get(f"{elsewhere.url}/v1.0/users")

    assert not refused.value.is_transient


@pytest.mark.parametrize(
    "link",
    [
        "https://graph.microsoft.com/v1.0/users",
        "https://GRAPH.microsoft.com/v1.0/users",
        "https://graph.microsoft.com:443/v1.0/users",
    ],
)
def test_spellings_of_the_same_host_are_ours(connect: Connect, link: str) -> None:
    assert connect("https://graph.microsoft.com").is_ours(link)


@pytest.mark.parametrize(
    "link",
    [
        "http://graph.microsoft.com/v1.0/users",
        "https://graph.microsoft.com:444/v1.0/users",
        "https://graph.microsoft.com.evil.example/v1.0/users",
        "https://graph.microsoft.com@evil.example/v1.0/users",
        "https://ada@graph.microsoft.com/v1.0/users",
        "https://evil.example\\@graph.microsoft.com/v1.0/users",
        "https://evil.example#@graph.microsoft.com/v1.0/users",
        "https://graph.microsoft.us/v1.0/users",
        "//graph.microsoft.com/v1.0/users",
        "users",
        "",
    ],
)
def test_what_only_looks_like_the_host_is_not_ours(connect: Connect, link: str) -> None:
    client = connect("https://graph.microsoft.com")

    assert not client.is_ours(link)


def test_a_path_that_looks_like_a_host_goes_to_ours(
    graph: ScriptedGraph, elsewhere: ScriptedGraph, client: GraphClient
) -> None:
    with pytest.raises(GraphError):
        client.get(f"//{urlsplit(elsewhere.url).netloc}/v1.0/users")

    assert elsewhere.requests == []
    assert len(graph.requests) == 1


@pytest.mark.parametrize(
    "where", ["{root}/v1.0/contoso/users?$top=1", "/v1.0/contoso/users?$top=1", "contoso/users?$top=1"]
)
def test_a_redirect_on_the_same_host_is_followed_with_the_token(
    graph: ScriptedGraph, client: GraphClient, where: str
) -> None:
    graph.says("/v1.0/users", b"", status=307, headers={"Location": where.format(root=graph.url)})
    graph.says("/v1.0/contoso/users", DOMAINS)

    assert client.get("/v1.0/users") == DOMAINS
    assert graph.targets == ["/v1.0/users", "/v1.0/contoso/users?$top=1"]
    assert graph.requests[1].token == "token-1"


def test_redirects_in_a_circle_end(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/users", b"", status=302, headers={"Location": "/v1.0/people"})
    graph.says("/v1.0/people", b"", status=302, headers={"Location": "/v1.0/users"})

    with pytest.raises(GraphError, match="it redirects in circles"):
        client.get("/v1.0/users", tries=1)

    assert len(graph.requests) == 5


def test_a_redirect_to_nowhere_is_an_error(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/users", b"", status=302)

    with pytest.raises(GraphError) as refused:
        client.get("/v1.0/users")

    assert refused.value.status == 302


@pytest.mark.parametrize(
    "target",
    [
        "/v1.0/users?$skiptoken=RFNwdAIAAQ-_~.!*'();:@,/?",
        "/v1.0/users?%24skiptoken=m%7EAQ%2DAn%5FO%2Eyow&%24top=999",
        "/v1.0/users?$filter=createdDateTime%20ge%202026-01-01T00%3A00%3A00Z+and+x&$skiptoken=a%2Bb%3D%3D",
        "/v1.0/users?$skiptoken=%2525&$select=id,&&a=",
        "/v1.0//users/./x/../delta()?$deltatoken=a==",
        "/v1.0/users?$skiptoken=%C3%A4%00%0A",
    ],
)
@pytest.mark.parametrize("root", ["", "{root}"])
def test_a_link_is_sent_to_the_letter(graph: ScriptedGraph, client: GraphClient, target: str, root: str) -> None:
    graph.says(urlsplit(target).path, DOMAINS)

    client.get(root.format(root=graph.url) + target)

    assert graph.targets == [target]


def test_a_link_with_small_hex_digits_still_means_the_same(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/users", DOMAINS)

    client.get("/v1.0/users?$skiptoken=a%2bb%c3%a4")

    assert unquote(graph.targets[0]) == unquote("/v1.0/users?$skiptoken=a%2bb%c3%a4")


def test_every_request_says_who_asks_and_what_it_can_read(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/domains", DOMAINS)

    client.get("/v1.0/domains")
    client.get("/v1.0/domains")

    first, second = [request.headers for request in graph.requests]
    assert first["Accept"] == "application/json"
    assert first["Prefer"] == "include-unknown-enum-members"
    assert first["client-request-id"] != second["client-request-id"]


def test_goes_through_the_proxy_of_the_environment(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    proxy.says("http://graph.example/v1.0/domains", DOMAINS)

    assert connect("http://graph.example").get("/v1.0/domains?$top=1") == DOMAINS
    assert proxy.targets == ["http://graph.example/v1.0/domains?$top=1"]


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def safe_graph(serve: Serve, authority: trustme.CA) -> ScriptedGraph:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = serve(context)
    server.says("/v1.0/domains", DOMAINS)
    return server


def test_trusts_the_authorities_of_the_environment(
    safe_graph: ScriptedGraph, authority: trustme.CA, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))

    assert connect(safe_graph.url).get("/v1.0/domains") == DOMAINS


def test_sends_nothing_to_a_host_that_cannot_prove_itself(
    safe_graph: ScriptedGraph, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)

    with pytest.raises(GraphError, match="SSLError"):
        connect(safe_graph.url).get("/v1.0/domains", tries=1)

    assert safe_graph.requests == []

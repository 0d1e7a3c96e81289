"""The client's reaction to 401 and 403."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tap_entra.graph import GraphError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tap_entra.graph import GraphClient
    from tests.graph.conftest import Credential
    from tests.graph.scripted import Answer, ScriptedGraph

DOMAINS = {"value": [{"id": "contoso.example"}]}
EXPIRED = {"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime validation failed."}}
NO_PLAN = {"error": {"code": "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "message": "No premium."}}
CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1700000000?>~"}}}'


def challenge(claims: str) -> str:
    return (
        'Bearer realm="", authorization_uri="https://login.example/common/oauth2/authorize", '
        f'error="insufficient_claims", claims="{claims}"'
    )


def test_renews_the_token_once_and_asks_again_with_the_new_one(
    graph: ScriptedGraph, client: GraphClient, credential: Credential, naps: list[float]
) -> None:
    graph.says("/v1.0/domains", EXPIRED, status=401)
    graph.says("/v1.0/domains", DOMAINS)

    assert client.get("/v1.0/domains") == DOMAINS
    assert credential.renewals == [(None, "token-1")]
    assert [request.token for request in graph.requests] == ["token-1", "token-2"]
    assert naps == []


@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
@pytest.mark.parametrize("padding", ["=", ""])
def test_renews_with_the_claims_that_graph_asks_for(
    graph: ScriptedGraph, client: GraphClient, credential: Credential, encode: Callable[[bytes], bytes], padding: str
) -> None:
    text = encode(CLAIMS.encode()).decode().replace("=", padding)
    graph.says("/v1.0/domains", EXPIRED, status=401, headers={"WWW-Authenticate": challenge(text)})
    graph.says("/v1.0/domains", DOMAINS)

    client.get("/v1.0/domains")

    assert credential.renewals == [(CLAIMS, "token-1")]


@pytest.mark.parametrize(
    "first",
    [
        'Basic realm="claims here"',
        'PoP nonce="bm9uY2U="',
        'Bearer realm="", claims="%%%"',
        'Bearer Claims = "bm9uZQ=="',
    ],
)
def test_finds_the_claims_among_several_challenges(
    graph: ScriptedGraph, client: GraphClient, credential: Credential, first: str
) -> None:
    wanted = challenge(b64encode(CLAIMS.encode()).decode())
    graph.says("/v1.0/domains", EXPIRED, status=401, headers={"WWW-Authenticate": [first, wanted]})
    graph.says("/v1.0/domains", DOMAINS)

    client.get("/v1.0/domains")

    assert json.loads(str(credential.renewals[0][0])) == json.loads(CLAIMS)


@pytest.mark.parametrize("claims", ["", "%%%", "AAAA", "bm9uZQ==", "MQ=="])
def test_renews_without_claims_when_they_cannot_be_read(
    graph: ScriptedGraph, client: GraphClient, credential: Credential, claims: str
) -> None:
    graph.says("/v1.0/domains", EXPIRED, status=401, headers={"WWW-Authenticate": challenge(claims)})
    graph.says("/v1.0/domains", DOMAINS)

    client.get("/v1.0/domains")

    assert credential.renewals == [(None, "token-1")]


def test_a_second_401_is_raised(graph: ScriptedGraph, client: GraphClient, credential: Credential) -> None:
    graph.says("/v1.0/domains", EXPIRED, status=401)

    with pytest.raises(GraphError) as refused:
        client.get("/v1.0/domains")

    assert refused.value.is_unauthenticated
    assert len(credential.renewals) == 1
    assert len(graph.requests) == 2


def test_a_second_401_is_raised_even_with_a_busy_graph_in_between(
    graph: ScriptedGraph, client: GraphClient, credential: Credential
) -> None:
    graph.says("/v1.0/domains", EXPIRED, status=401)
    graph.says("/v1.0/domains", status=503)
    graph.says("/v1.0/domains", EXPIRED, status=401)

    with pytest.raises(GraphError) as refused:
        client.get("/v1.0/domains")

    assert refused.value.is_unauthenticated
    assert len(credential.renewals) == 1


def test_each_request_may_renew_once(graph: ScriptedGraph, client: GraphClient, credential: Credential) -> None:
    graph.says("/v1.0/domains", EXPIRED, status=401)
    graph.says("/v1.0/domains", DOMAINS)
    graph.says("/v1.0/domains", EXPIRED, status=401)
    graph.says("/v1.0/domains", DOMAINS)

    client.get("/v1.0/domains")
    client.get("/v1.0/domains")

    assert credential.renewals == [(None, "token-1"), (None, "token-2")]


def test_a_token_that_many_requests_saw_rejected_is_renewed_once(
    graph: ScriptedGraph, client: GraphClient, credential: Credential, answer: type[Answer]
) -> None:
    graph.says("/v1.0/domains", lambda got: answer(EXPIRED, 401) if got.token == "token-1" else DOMAINS)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(client.get, ["/v1.0/domains"] * 8))

    assert answers == [DOMAINS] * 8
    assert credential.renewals == [(None, "token-1")]


def test_asks_a_few_times_before_it_accepts_that_the_plan_is_missing(
    graph: ScriptedGraph, client: GraphClient, naps: list[float]
) -> None:
    graph.says("/v1.0/auditLogs/signIns", NO_PLAN, status=403)

    with pytest.raises(GraphError) as refused:
        client.get("/v1.0/auditLogs/signIns")

    assert refused.value.lacks_plan
    assert naps == [1, 2, 3]


def test_a_missing_plan_claimed_by_mistake_is_forgotten(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/auditLogs/signIns", NO_PLAN, status=403, times=3)
    graph.says("/v1.0/auditLogs/signIns", {"value": []})

    assert client.get("/v1.0/auditLogs/signIns") == {"value": []}


@pytest.mark.parametrize(
    "code",
    [
        "Authorization_RequestDenied",
        "Authentication_MSGraphPermissionMissing",
        "Authentication_RequestFromUnsupportedUserRole",
        "Forbidden",
        "",
    ],
)
def test_any_other_403_is_raised_at_once(graph: ScriptedGraph, client: GraphClient, code: str) -> None:
    graph.says("/v1.0/auditLogs/signIns", {"error": {"code": code, "message": "No."}}, status=403)

    with pytest.raises(GraphError) as refused:
        client.get("/v1.0/auditLogs/signIns")

    assert refused.value.is_refusal
    assert not refused.value.lacks_plan
    assert len(graph.requests) == 1


def test_a_netrc_entry_for_the_host_does_not_take_the_tokens_place(
    graph: ScriptedGraph, client: GraphClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login ada password lovelace\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    graph.says("/v1.0/domains", DOMAINS)

    client.get("/v1.0/domains")

    assert graph.requests[0].headers.get_all("Authorization") == ["Bearer token-1"]


def test_a_failing_sign_in_ends_the_request_as_it_is(
    graph: ScriptedGraph, client: GraphClient, credential: Credential
) -> None:
    credential.failure = LookupError("sign in again")

    with pytest.raises(LookupError, match="sign in again"):
        client.wait(client.ahead("/v1.0/domains"))

    assert graph.requests == []

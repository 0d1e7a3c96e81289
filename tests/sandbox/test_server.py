"""The sandbox as an HTTPS server."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import certifi
import pytest
import requests

from sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client, NewSandbox


def test_clients_without_the_bundle_are_not_talked_to(sandbox: Sandbox) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(sandbox.graph_url, verify="/etc/ssl/certs/ca-certificates.crt", timeout=5)


def test_the_certificate_is_for_the_address_too(sandbox: Sandbox, graph: Client) -> None:
    url = sandbox.graph_url.replace("localhost", "127.0.0.1")

    assert graph.get(f"{url}/v1.0/domains").status_code == 200


def test_the_bundle_keeps_the_authorities_that_were_trusted_before(sandbox: Sandbox) -> None:
    trusted = re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END", Path(certifi.where()).read_text(), re.DOTALL)

    assert len(trusted) > 50
    assert all(certificate in sandbox.ca_bundle.read_text() for certificate in trusted)


def test_only_this_machine_can_reach_it(sandbox: Sandbox) -> None:
    assert sandbox._graph.server_address[0] == sandbox._login.server_address[0] == "127.0.0.1"


def test_the_date_is_the_tenants(sandbox: Sandbox, graph: Client) -> None:
    sandbox.tenant.pass_days(3)

    date = parsedate_to_datetime(graph.get("/v1.0/domains").headers["Date"])

    assert abs(date - sandbox.tenant.now()) < timedelta(seconds=5)


def test_json_is_compressed_for_those_who_accept_it(graph: Client) -> None:
    zipped = graph.http.get(f"{graph.sandbox.graph_url}/v1.0/users", stream=True)
    plain = graph.get("/v1.0/users", Accept_Encoding="identity")

    assert zipped.headers["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(zipped.raw.read())) == len(plain.content)
    assert "Content-Encoding" not in plain.headers


def test_one_connection_serves_many_requests(graph: Client) -> None:
    connections = len(graph.sandbox._graph._connections)

    for _ in range(5):
        graph.get("/v1.0/domains")

    assert len(graph.sandbox._graph._connections) == connections + 1


def test_every_request_is_recorded_with_its_answer(sandbox: Sandbox, graph: Client) -> None:
    graph.get("/v1.0/users?$top=5&$select=id", Prefer="odd")
    graph.get("/v1.0/nothing")

    first, second = sandbox.requests
    assert (first.method, first.path, first.query, first.status) == (
        "GET",
        "/v1.0/users",
        {"$top": "5", "$select": "id"},
        200,
    )
    assert first.headers["prefer"] == "odd"
    assert second.status == 400


def test_days_pass_and_truth_is_served_over_http_too(sandbox: Sandbox) -> None:
    before = sandbox.tenant.now()

    answer = requests.post(f"{sandbox.graph_url}/sandbox/days?count=2", verify=str(sandbox.ca_bundle), timeout=9).json()
    truth = requests.get(f"{sandbox.graph_url}/sandbox/truth/domains", verify=str(sandbox.ca_bundle), timeout=9).json()

    assert answer["revision"] == sandbox.tenant.revision
    assert sandbox.tenant.now() - before > timedelta(days=2)
    assert truth == sandbox.tenant.truth("domains")


def test_the_same_seed_gives_the_same_tenant(new_sandbox: NewSandbox) -> None:
    one, other, third = new_sandbox(seed=3), new_sandbox(seed=3), new_sandbox(seed=4)

    assert one.tenant.id == other.tenant.id != third.tenant.id
    assert one.settings["client_id"] == other.settings["client_id"]
    assert one.tenant.truth("users")[0]["id"] == other.tenant.truth("users")[0]["id"]


def test_what_it_wrote_is_gone_when_it_ends() -> None:
    with Sandbox(users=10, sign_ins=10) as sandbox:
        bundle = sandbox.ca_bundle

    assert not bundle.parent.exists()

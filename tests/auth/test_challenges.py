"""Continuous access evaluation: Graph refuses a token before it expires, and states the claims of a new one.

https://learn.microsoft.com/entra/identity-platform/claims-challenge
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tap_entra.auth import SignInError
from tap_entra.graph import GraphClient, GraphError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.auth.conftest import Login, SignInFactory

DOMAINS = "/v1.0/domains"


@pytest.fixture
def client(sign_in: SignInFactory) -> Callable[..., GraphClient]:
    """Asks the sandbox's Graph with a sign-in of these settings."""

    def make(**changes: str) -> GraphClient:
        run = sign_in(**changes)
        return GraphClient(run.graph_url, credential=run)

    return make


def answers(login: Login) -> list[int | None]:
    return [request.status for request in login.requests if request.path == DOMAINS]


def test_a_revoked_access_token_is_replaced_by_one_that_answers_the_challenge(
    client: Callable[..., GraphClient], login: Login
) -> None:
    graph = client()
    graph.get(DOMAINS)
    login.service.access_tokens.revoke_all()

    assert graph.get(DOMAINS)["value"]

    assert answers(login) == [200, 401, 200]
    asked = json.loads(login.forms[-1]["claims"])["access_token"]
    assert asked["nbf"]["essential"] is True
    assert asked["xms_cc"] == {"values": ["CP1"]}


def test_a_challenge_that_is_not_satisfied_is_answered_once(client: Callable[..., GraphClient], login: Login) -> None:
    graph = client()
    graph.get(DOMAINS)
    # As if Graph's and the sign-in service's ideas of the moment differed.
    login.service.access_tokens.revoke_all(for_s=600)

    with pytest.raises(GraphError) as caught:
        graph.get(DOMAINS)

    assert caught.value.is_unauthenticated
    assert answers(login) == [200, 401, 401]
    assert len(login.redeemed) == 2


def test_a_revoked_session_is_explained(client: Callable[..., GraphClient], login: Login) -> None:
    graph = client()
    graph.get(DOMAINS)
    login.service.revoke_sessions()

    with pytest.raises(SignInError) as caught:
        graph.get(DOMAINS)

    assert caught.value.codes == [50173]
    assert "revoked, e.g. by a new password" in caught.value.action
    assert "tap-entra-auth connect" in caught.value.action
    assert answers(login) == [200, 401]


def test_an_app_of_its_own_answers_challenges_too(client: Callable[..., GraphClient], login: Login) -> None:
    login.service.registration.secret = "hush"
    graph = client(auth_flow="client_credentials", client_secret="hush")
    graph.get(DOMAINS)
    login.service.access_tokens.revoke_all()

    assert graph.get(DOMAINS)["value"]

    assert answers(login) == [200, 401, 200]
    assert "nbf" in json.loads(login.forms[-1]["claims"])["access_token"]

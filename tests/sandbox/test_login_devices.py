"""Device codes, through MSAL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client

SCOPES = ["Directory.Read.All", "User.Read.All"]


def ask_once(client: Client, flow: dict[str, Any]) -> dict[str, Any]:
    """Ask for the tokens once, without waiting."""
    answer: dict[str, Any] = client.app().acquire_token_by_device_flow({**flow, "expires_at": 0})
    return answer


@pytest.fixture
def flow(graph: Client) -> dict[str, Any]:
    begun: dict[str, Any] = graph.app().initiate_device_flow(SCOPES)
    return begun


def test_a_device_learns_where_to_send_its_person(graph: Client, flow: dict[str, Any]) -> None:
    assert flow["user_code"] in flow["message"]
    assert flow["verification_uri"] in flow["message"]
    assert (flow["expires_in"], flow["interval"]) == (900, 5)
    assert "Enter code" in graph.http.get(flow["verification_uri"], timeout=9).text


def test_until_the_person_has_signed_in_the_answer_is_pending(graph: Client, flow: dict[str, Any]) -> None:
    assert ask_once(graph, flow)["error"] == "authorization_pending"

    form = {"user_code": flow["user_code"].lower(), "account": graph.sandbox.login.user["userPrincipalName"]}
    page = graph.http.post(flow["verification_uri"], data=form, timeout=9).text

    assert "You have signed in" in page
    answer = ask_once(graph, flow)
    # The scope was said at the beginning; it is not repeated.
    assert set(SCOPES) <= {scope.rpartition("/")[2] for scope in answer["scope"].split()}
    assert answer["refresh_token"]
    assert ask_once(graph, flow)["error"] == "bad_verification_code"


def test_a_person_can_cancel(graph: Client, flow: dict[str, Any]) -> None:
    graph.http.post(flow["verification_uri"], data={"user_code": flow["user_code"], "cancel": "1"}, timeout=9)

    assert ask_once(graph, flow)["error"] == "authorization_declined"


def test_a_code_dies(sandbox: Sandbox, graph: Client, flow: dict[str, Any]) -> None:
    sandbox.tenant.pass_days(1)

    assert ask_once(graph, flow)["error"] == "expired_token"


def test_a_device_that_asks_too_often_is_slowed_down(sandbox: Sandbox, graph: Client, flow: dict[str, Any]) -> None:
    sandbox.login.devices.slow_down = 1

    assert ask_once(graph, flow)["error"] == "slow_down"
    assert ask_once(graph, flow)["error"] == "authorization_pending"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"user_code": "WRONG"}, "That code didn't work"),
        ({"account": "unknown@elsewhere.example"}, "AADSTS50020"),
    ],
)
def test_what_is_typed_wrong_can_be_typed_again(
    graph: Client, flow: dict[str, Any], form: dict[str, str], words: str
) -> None:
    typed = {"user_code": flow["user_code"], "account": "", **form}

    page = graph.http.post(flow["verification_uri"], data=typed, timeout=9).text.replace("&#x27;", "'")

    assert words in page
    assert ask_once(graph, flow)["error"] == "authorization_pending"


def test_an_app_that_must_prove_itself_gets_no_device_code(sandbox: Sandbox, graph: Client) -> None:
    sandbox.login.registration.secret = "hush"

    assert graph.app().initiate_device_flow(SCOPES)["error_codes"] == [7000218]

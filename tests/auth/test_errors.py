"""Refusals of the sign-in service become messages with an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_entra.auth.errors import ACTIONS, refusal

if TYPE_CHECKING:
    from typing import Any

LIVE = (
    "AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-01-02T03:04:05Z and "
    "was inactive for 90.00:00:00.\r\nTrace ID: 1f0e\r\nCorrelation ID: 2d3c\r\nTimestamp: 2026-04-05 06:07:08Z"
)


def test_microsofts_sentence_is_kept_without_its_support_lines() -> None:
    error = refusal(
        "The token was refused",
        {"error": "invalid_grant", "error_description": LIVE, "error_codes": [700082], "trace_id": "1f0e"},
    )

    assert error.reason == (
        'The token was refused: Microsoft answered invalid_grant, "AADSTS700082: The refresh token has expired due to '
        'inactivity. The token was issued on 2026-01-02T03:04:05Z and was inactive for 90.00:00:00" (trace id 1f0e).'
    )
    assert error.action == ACTIONS[700082]


def test_newer_answers_put_all_that_on_one_line() -> None:
    error = refusal("X", {"error": "e", "error_description": "AADSTS1: Odd. Trace ID: 1 Correlation ID: 2"})

    assert error.reason == 'X: Microsoft answered e, "AADSTS1: Odd".'


def test_an_unknown_number_is_shown_with_the_page_that_explains_it() -> None:
    error = refusal("X", {"error": "invalid_grant", "error_description": "AADSTS99999999: Something new."})

    assert error.codes == [99999999]
    assert "AADSTS99999999: Something new" in error.reason
    assert error.action == "https://login.microsoftonline.com/error?code=99999999 explains the number."


def test_an_answer_without_a_number_falls_back_to_the_callers_action() -> None:
    assert refusal("X", {"error": "invalid_request"}, otherwise="Do that.").action == "Do that."


@pytest.mark.parametrize("answer", [{}, {"error": None, "error_codes": "x", "error_description": ["y"], "trace_id": 3}])
def test_an_answer_that_says_nothing_still_makes_an_error(answer: dict[str, Any]) -> None:
    error = refusal("X", answer)

    assert error.reason == "X: Microsoft answered no token and no error."
    assert error.codes == []


def test_a_persons_address_is_left_out() -> None:
    error = refusal(
        "X", {"error": "e", "error_description": "AADSTS50020: User account 'mia@birchwood.example' does not exist."}
    )

    assert "mia" not in str(error)
    assert "'(an account)' does not exist" in error.reason


def test_a_secret_that_the_answer_repeats_is_left_out() -> None:
    error = refusal("X", {"error": "e", "error_description": "Bad token 0.AToken."}, secrets=("0.AToken", None))

    assert "0.AToken" not in str(error)


# What Microsoft documents for the token endpoint, and what a person may do something about:
# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
DOCUMENTED = (
    "50012 50020 50034 50053 50055 50057 50074 50076 50078 50079 50087 50089 50105 50126 50132 50133 50173 50194 50196 "
    "53000 53001 53003 65001 65004 70000 70008 70043 90002 90006 90024 90033 90038 90055 90090 90094 90095 530034 "
    "530035 650056 650057 700016 700025 700027 700082 700084 900382 900432 7000112 7000215 7000218 7000222 9001023"
)


@pytest.mark.parametrize("code", [int(code) for code in DOCUMENTED.split()])
def test_each_documented_number_has_an_action_of_its_own(code: int) -> None:
    error = refusal("X", {"error": "invalid_grant", "error_description": f"AADSTS{code}: Some words."})

    assert f"AADSTS{code}: Some words" in error.reason
    assert "explains the number" not in error.action


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("access_denied", "The consent was declined"),
        ("authorization_declined", "cancelled on the page"),
        ("expired_token", "The code was not entered in time"),
        ("bad_verification_code", "with a new code"),
    ],
)
def test_what_a_person_did_on_the_page_is_reported_without_a_number_too(name: str, words: str) -> None:
    assert words in refusal("X", {"error": name}).action


@pytest.mark.parametrize("code", sorted(ACTIONS))
def test_each_known_number_has_an_action_in_whole_sentences(code: int) -> None:
    action = refusal("X", {"error": "e", "error_codes": [code]}).action

    assert action.endswith(".")
    assert action[0].isupper()

"""Errors of the sign-in, and the action for each.

SignInError                 no token, for any reason
├── ConfigError             a setting is missing or wrong (also a ValueError)
└── LoginUnreachableError   the sign-in service gave no usable answer; the same request may work later
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CONNECT = "Run `tap-entra-auth connect` (in a Meltano project: `meltano invoke tap-entra:connect`)"
SIGN_IN_AGAIN = f"Sign in again: {CONNECT[0].lower()}{CONNECT[1:]}."

_ADMIN_CONSENT = "`tap-entra-auth connect --admin-consent` shows the page where an administrator consents"
_ASK_AN_ADMIN = f"An administrator has to consent to this app: {_ADMIN_CONSENT}. " + SIGN_IN_AGAIN
_WAIT = "Try again in a few minutes; https://status.cloud.microsoft lists outages."
_ACCOUNT_STATE = "Ask an administrator to check this account (disabled, locked, password expired), then sign in again."
_MULTI_FACTOR = "The tenant asks this account for multi-factor authentication. " + SIGN_IN_AGAIN
_CONDITIONAL_ACCESS = (
    "A Conditional Access policy blocks this sign-in: ask an administrator to look up the trace id in the sign-in "
    "logs, and exempt this account or app, or sign in from a place that the policy allows."
)
_REDIRECT = (
    "In the app registration (Authentication) add the redirect address http://localhost under 'Mobile and desktop "
    "applications'."
)
_CLOUD = "Tenant and sign-in service belong to different clouds: check `cloud`, or `login_url` and `graph_url`."
_SINGLE_PAGE = (
    "Tokens of a single-page app expire after 24 hours and work in a browser only: in the app registration "
    "(Authentication) add http://localhost under 'Mobile and desktop applications' and remove it under "
    "'Single-page application'. "
) + SIGN_IN_AGAIN
_FEDERATION = (
    "Compare the app registration's federated credentials with the token at `federated_token_path`: one of them must "
    "have exactly its issuer, subject and audience."
)
_CERTIFICATE = "Check `certificate_path`: its public half must be uploaded to the app registration and be valid today."

# For hints only: Microsoft asks clients not to depend on the numbers.
# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
ACTIONS: Mapping[int, str] = {
    **dict.fromkeys((70008, 700082), "The refresh token expired, unused for 90 days. " + SIGN_IN_AGAIN),
    70000: "Check that `refresh_token` is whole and was issued to this `client_id`, or: " + SIGN_IN_AGAIN,
    70043: "A policy of the tenant limits how long a sign-in lasts. " + SIGN_IN_AGAIN,
    **dict.fromkeys((700084, 9002327), _SINGLE_PAGE),
    **dict.fromkeys((50173, 50089, 50132, 50133), "The sign-in was revoked, e.g. by a new password. " + SIGN_IN_AGAIN),
    **dict.fromkeys((50074, 50076, 50078, 50079), _MULTI_FACTOR),
    **dict.fromkeys((50034, 50053, 50055, 50057, 50126), _ACCOUNT_STATE),
    50105: "Assign the account to the app (Enterprise applications, Users and groups), or end 'Assignment required'.",
    50020: "The account belongs to another tenant: check `tenant_id`, or sign in with an account of this tenant.",
    **dict.fromkeys((53000, 53001, 53003, 530034, 530035), _CONDITIONAL_ACCESS),
    **dict.fromkeys((50011, 500112, 500113), _REDIRECT),
    **dict.fromkeys((65001, 90094, 90095), _ASK_AN_ADMIN),
    65004: f"The consent was declined: connect again and accept, or ask an administrator: {_ADMIN_CONSENT}.",
    **dict.fromkeys((650056, 650057), "Add the Microsoft Graph permissions to the app registration. " + _ASK_AN_ADMIN),
    700016: "Check `client_id` and `tenant_id`: this tenant has no such app.",
    7000215: "Check `client_secret`: it must be the secret's value, not its id.",
    7000222: "The client secret expired: create a new one in the app registration and set `client_secret`.",
    7000218: (
        "Set `client_secret` or `certificate_path`; or, for an app without a secret, set 'Allow public client flows' "
        "to Yes (App registrations, Authentication)."
    ),
    700025: "This app is a public client: remove `client_secret` and `certificate_path`.",
    **dict.fromkeys((50012, 700027), _CERTIFICATE),
    **dict.fromkeys((700211, 700212, 700213), _FEDERATION),
    700024: "The app's assertion has expired: check this machine's clock, and what renews `federated_token_path`.",
    7000112: "The app is disabled in this tenant: ask an administrator to enable it.",
    90002: "Check `tenant_id` and `cloud`: there is no such tenant here.",
    **dict.fromkeys((50194, 9001023), "Set `tenant_id` to your own tenant's id or domain."),
    **dict.fromkeys((90038, 900382, 900432), _CLOUD),
    50196: "The tap requested the same token too often: look for a loop that starts the tap, and wait an hour.",
    90055: "Microsoft throttles this tenant. " + _WAIT,
}
# OAuth's own names, for answers without a number: https://www.rfc-editor.org/rfc/rfc8628#section-3.5
_ACTIONS_BY_NAME: Mapping[str, str] = {
    "access_denied": ACTIONS[65004],
    "authorization_declined": "The sign-in was cancelled on the page. Connect again and finish the page.",
    **dict.fromkeys(("expired_token", "code_expired"), "The code was not entered in time. Connect again."),
    "bad_verification_code": "Connect again, with a new code.",
}
# These come with status 400, like a final refusal.
TRANSIENT_CODES = frozenset({50087, 90006, 90024, 90033, 90055, 90090})
_TRANSIENT_ERRORS = frozenset({"server_error", "temporarily_unavailable"})


class SignInError(Exception):
    """The sign-in gave no token.

    Attributes:
        reason: A sentence: the attempt and the answer. Never holds a token, a secret or a person's name.
        action: What to do about it, in one or more sentences.
        codes: Microsoft's AADSTS numbers, or an empty list.
    """

    def __init__(self, reason: str, action: str, codes: Iterable[int] = ()) -> None:
        super().__init__(reason, action)
        self.reason = reason
        self.action = action
        self.codes = list(codes)

    def __str__(self) -> str:
        return f"{self.reason} {self.action}"


class ConfigError(SignInError, ValueError):
    """A setting is missing or wrong; the reason names it."""


class LoginUnreachableError(SignInError):
    """The sign-in service could not be reached, or failed repeatedly. This says nothing about the account."""


def is_transient(answer: Mapping[str, Any]) -> bool:
    """Return whether an error answer of the token endpoint means that the same request may work later."""
    return answer.get("error") in _TRANSIENT_ERRORS or not TRANSIENT_CODES.isdisjoint(codes_of(answer))


def codes_of(answer: Mapping[str, Any]) -> list[int]:
    """Return the AADSTS numbers of an error answer: from its list, or else from its text."""
    listed = answer.get("error_codes")
    if isinstance(listed, list) and listed:
        return [code for code in listed if isinstance(code, int)]
    return [int(number) for number in re.findall(r"AADSTS(\d+)", _text(answer, "error_description"))[:1]]


def refusal(
    attempt: str,
    answer: Mapping[str, Any],
    *,
    secrets: Iterable[str | None] = (),
    otherwise: str = SIGN_IN_AGAIN,
    kind: type[SignInError] = SignInError,
) -> SignInError:
    """Return an exception for the error answer of a sign-in endpoint.

    Args:
        attempt: The beginning of the sentence, e.g. "The refresh token was refused".
        answer: The JSON body.
        secrets: Values to replace by asterisks, if the answer repeats them.
        otherwise: The action if the answer has no known number.
    """
    codes = codes_of(answer)
    error = plain(_text(answer, "error")) or "no token and no error"
    words = _first_line(_text(answer, "error_description"))
    trace = plain(_text(answer, "trace_id"))
    reason = f"{attempt}: Microsoft answered {error}"
    if words:
        reason += f', "{words}"'
    if trace:
        reason += f" (trace id {trace})"
    for secret in filter(None, secrets):
        reason = reason.replace(secret, "***")
    known = [ACTIONS[code] for code in codes if code in ACTIONS]
    if known:
        action = known[0]
    elif error in _ACTIONS_BY_NAME:
        action = _ACTIONS_BY_NAME[error]
    elif is_transient(answer):
        action = _WAIT
    elif codes:
        action = f"https://login.microsoftonline.com/error?code={codes[0]} explains the number."
    else:
        action = otherwise
    return kind(f"{reason}.", action, codes)


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    return value if isinstance(value, str) else ""


def plain(text: str) -> str:
    """Return a text without control characters, which could change what a terminal shows."""
    return "".join(filter(str.isprintable, text))


def _first_line(description: str) -> str:
    """Return Microsoft's sentence without the ids for its support and without user names.

    Older answers put "Trace ID: … Correlation ID: … Timestamp: …" on lines of their own, newer ones on the same line.
    """
    sentence = re.split(r"[\r\n]|\s*Trace ID:", description.strip(), maxsplit=1)[0]
    return re.sub(r"[^\s'\"<>(){}]+@[^\s'\"<>(){}]+", "(an account)", plain(sentence)).rstrip(". ")

"""The token endpoint: who asks, with what, for which scopes, and what they get."""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.login.access import jwt
from sandbox.login.accounts import access_claims, accounts, id_claims
from sandbox.login.assertions import check_assertion
from sandbox.login.device_codes import find_device_user
from sandbox.login.refusals import SignInRefusal
from sandbox.login.scopes import DEFAULT, OIDC_SCOPES, STORAGE, STORAGE_SCOPE, audience_of, graph_scopes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.login.refresh_tokens import Issued
    from sandbox.login.state import SignInState

    Form = Mapping[str, str]


def redeem(state: SignInState, tenant: str, form: Form) -> dict[str, Any]:
    """The answer to one token request.

    Raises:
        SignInRefusal: With the code that Microsoft would give.
    """
    for parameter in ("client_id", "grant_type"):
        if not form.get(parameter):
            raise SignInRefusal(900144, parameter=parameter)
    grant = GRANTS.get(form["grant_type"])
    if grant is None:
        raise SignInRefusal(70003, grant=form["grant_type"])
    _check_client(state, tenant, form)
    return grant(state, form)


def _check_client(state: SignInState, tenant: str, form: Form) -> None:
    app = state.registration
    if form["client_id"] != app.client_id:
        raise SignInRefusal(700016, client=form["client_id"], tenant=tenant)
    if not app.enabled:
        raise SignInRefusal(7000112, client=app.client_id)
    secret = form.get("client_secret")
    if not app.is_confidential:
        if secret is not None or "client_assertion" in form:
            raise SignInRefusal(700025)
    elif "client_assertion" in form:
        tenant_url = f"{state.url}/{state.tenant.id}"
        check_assertion(app, form, {f"{tenant_url}/oauth2/v2.0/token", f"{tenant_url}/v2.0"})
    elif not secret:
        raise SignInRefusal(7000218)
    elif app.secret is None or not hmac.compare_digest(secret.encode(), app.secret.encode()):
        raise SignInRefusal(7000215, client=app.client_id)


def _refresh_token(state: SignInState, form: Form) -> dict[str, Any]:
    if not form.get("refresh_token"):
        raise SignInRefusal(900144, parameter="refresh_token")
    granted = _granted_scopes(state, form.get("scope", ""))
    issued = state.refresh_tokens.redeem(form["refresh_token"], form["client_id"])
    user = next((user for user in accounts(state) if user["id"] == issued.user_id), None)
    if user is None:
        raise SignInRefusal(50034, account=issued.user_id, tenant=state.tenant.id)
    return _user_tokens(state, form, user, granted, before=issued)


def _code(state: SignInState, form: Form) -> dict[str, Any]:
    code = state.codes.get(form.get("code", ""))
    if code is None:
        raise SignInRefusal(70000)
    if state.registration.single_page_app:
        raise SignInRefusal(9002327)
    granted = _granted_scopes(state, form.get("scope", ""))
    code.check(form, state.tenant.now())
    return _user_tokens(state, form, code.user, granted, nonce=code.nonce)


def _device_code(state: SignInState, form: Form) -> dict[str, Any]:
    user, scope = find_device_user(state, form)
    granted = graph_scopes(state, scope)
    if not granted <= state.consent.scopes:
        if user["id"] != state.user["id"]:
            raise SignInRefusal(90094)
        state.consent.scopes |= granted
    return _user_tokens(state, {**form, "scope": scope}, user, granted)


def _client_credentials(state: SignInState, form: Form) -> dict[str, Any]:
    if not state.registration.is_confidential:
        raise SignInRefusal(7000218)
    scope = form.get("scope", "")
    if scope not in {f"{resource}/{DEFAULT}" for resource in (state.graph_url, STORAGE)}:
        raise SignInRefusal(70011)
    lifetime_s = state.access_tokens.lifetime_s
    audience, challenges = audience_of(state, scope), _takes_challenges(form)
    token = state.app_token(form["client_id"], takes_challenges=challenges, audience=audience)
    return {"token_type": "Bearer", "expires_in": lifetime_s, "ext_expires_in": lifetime_s, "access_token": token}


# By `grant_type`; each answers a whole token request of its kind.
GRANTS: dict[str, Callable[[SignInState, Form], dict[str, Any]]] = {
    "authorization_code": _code,
    "client_credentials": _client_credentials,
    "refresh_token": _refresh_token,
    "urn:ietf:params:oauth:grant-type:device_code": _device_code,
}


def _granted_scopes(state: SignInState, requested: str) -> set[str]:
    """Scopes granted, by their short names.

    Raises:
        SignInRefusal: Something was not consented, or is of another resource.
    """
    if audience_of(state, requested) == STORAGE and state.consent.storage:
        return {STORAGE_SCOPE}
    if audience_of(state, requested) == STORAGE:
        raise SignInRefusal(65001, client=state.registration.client_id)
    granted = graph_scopes(state, requested)
    if not granted or not granted <= state.consent.scopes:
        raise SignInRefusal(65001, client=state.registration.client_id)
    return granted


def _takes_challenges(form: Form) -> bool:
    """Whether the client declared that it can answer claims challenges."""
    try:
        return "CP1" in msgspec.json.decode(form.get("claims", "{}"))["access_token"]["xms_cc"]["values"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return False


def _user_tokens(  # noqa: PLR0913 - what a person's sign-in consists of
    state: SignInState,
    form: Form,
    user: dict[str, Any],
    granted: set[str],
    *,
    nonce: str | None = None,
    before: Issued | None = None,
) -> dict[str, Any]:
    client_id = form["client_id"]
    lifetime_s = state.access_tokens.lifetime_s
    requested = form.get("scope", "").split()
    answer: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": _echo(state, requested, granted),
        "expires_in": lifetime_s,
        "ext_expires_in": lifetime_s,
        "access_token": state.access_tokens.issue(
            audience=audience_of(state, form.get("scope", "")),
            scopes=granted,
            user_id=user["id"],
            client_id=client_id,
            takes_challenges=_takes_challenges(form),
            more=access_claims(user),
        ),
    }
    if "offline_access" in requested:
        token = answer["refresh_token"] = state.refresh_tokens.issue(client_id, user["id"], before)
        if life_s := state.refresh_tokens.fixed_life_s(token):
            answer["refresh_token_expires_in"] = life_s
    if "openid" in requested:
        answer["id_token"] = _id_token(state, client_id, user, nonce)
    if form.get("client_info") == "1":
        info = msgspec.json.encode({"uid": user["id"], "utid": state.tenant.id})
        answer["client_info"] = base64.urlsafe_b64encode(info).rstrip(b"=").decode()
    return answer


def _echo(state: SignInState, requested: list[str], granted: set[str]) -> str:
    """What was granted, as the answer spells it: Graph's scopes in full, `.default` beside them, no offline_access."""
    beside = {name for name in requested if name in OIDC_SCOPES - {"offline_access"} or name.endswith(DEFAULT)}
    return " ".join([*sorted(f"{state.graph_url}/{name}" for name in granted), *sorted(beside)])


def _id_token(state: SignInState, client_id: str, user: dict[str, Any], nonce: str | None) -> str:
    now = int(state.tenant.now().timestamp())
    claims = {
        "ver": "2.0",
        "iss": f"{state.url}/{state.tenant.id}/v2.0",
        "sub": user["id"],
        "aud": client_id,
        "iat": now,
        "nbf": now,
        "exp": now + state.access_tokens.lifetime_s,
        "tid": state.tenant.id,
        **id_claims(user),
        **({"nonce": nonce} if nonce else {}),
    }
    return jwt(claims, "sandbox")

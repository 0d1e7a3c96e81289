"""How people sign in: by old clients, at risk, with weak second factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.transform.answers import people
from tests.transform.answers.world import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transform.answers.idle import Answer
    from tests.transform.answers.world import Row, World

_RESISTANT = {"fido2SecurityKey", "passKeyDeviceBound", "windowsHelloForBusiness"}
_STRONG = {"microsoftAuthenticatorPush", "softwareOneTimePasscode"}
_WEAK = {"mobilePhone", "email"}
_RANKS = ("high", "medium", "low")


def _month(world: World) -> Iterator[tuple[Any, Row]]:
    for stream in ("sign_ins", "non_interactive_sign_ins"):
        for row in world.rows[stream]:
            at = moment(row["createdDateTime"])
            if row["userId"] in world.users and at and world.ago(world.thresholds["active_days"]) <= at <= world.as_of:
                yield at, row


def legacy_sign_ins(world: World) -> Iterator[Answer]:
    for _, row in _month(world):
        old = row["clientAppUsed"] in {"Authenticated SMTP", "IMAP4", "POP3", "Exchange ActiveSync", "Other clients"}
        if old and not row["status"]["errorCode"] and world.is_enabled(row["userId"]):
            yield ("legacy_sign_ins", row["userId"], ""), ("medium", str(world.observed()[0]))


def open_risks(world: World) -> Iterator[Answer]:
    rows = sorted(_month(world), key=lambda entry: entry[0])
    levels: dict[str, list[str]] = {}
    for _, row in rows:
        if row["riskState"] in {"remediated", "dismissed", "confirmedSafe"}:
            levels.pop(row["userId"], None)
        elif row["riskState"] in {"atRisk", "confirmedCompromised"}:
            levels.setdefault(row["userId"], []).append(row["riskLevelAggregated"])
    for user_id, found in levels.items():
        if world.is_enabled(user_id):
            yield ("open_risk", user_id, ""), (min(found, key=_RANKS.index), str(world.observed()[0]))


def strength(methods: list[str] | None) -> str | None:
    """The best of some methods; None of a person whom the report does not know."""
    if methods is None:
        return None
    for words, known in (("phishing-resistant", _RESISTANT), ("strong", _STRONG), ("weak", _WEAK)):
        if known & {*methods}:
            return words
    return "none"


def admins_with_weak_mfa(world: World) -> Iterator[Answer]:
    methods = {row["id"]: row["methodsRegistered"] for row in world.rows["user_registration_details"]}
    for user_id, weight in people.admin_weights(world).items():
        is_weak = strength(methods.get(user_id)) == "weak"
        if is_weak and world.is_enabled(user_id) and not people.is_machine(world, user_id):
            yield ("admin_with_weak_mfa", user_id, ""), ("medium" if weight == "high" else "low", "directory")

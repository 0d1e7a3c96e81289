"""Who may read what: scopes in the token, roles of the signed-in user, the plan of the tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import graph_errors as errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.graph_api.context import Call, Context
    from sandbox.lists.spec import GraphList

# What User.ReadBasic.All shows: https://learn.microsoft.com/graph/permissions-reference#userreadbasicall
BASIC_PROFILE = frozenset({"displayName", "givenName", "id", "mail", "photo", "surname", "userPrincipalName"})
FULL_PROFILE_SCOPES = frozenset({"User.Read.All", "Directory.Read.All"})


def require(call: Call, scopes: frozenset[str] | None) -> None:
    """Refuse unless the token has one of `scopes`; None: any valid token will do."""
    if scopes is not None and scopes.isdisjoint(call.token.scopes):
        raise errors.scope_missing()


def require_report(context: Context, call: Call, *, premium: bool) -> None:
    """Refuse unless sign-ins, audits and reports may be read.

    A licensed tenant is sometimes told that it has no premium licence, mostly when the app lacks Directory.Read.All.
    """
    if "AuditLog.Read.All" not in call.token.scopes:
        raise errors.report_scope_missing()
    if not call.token.is_app and not context.consent.may_read_reports:
        raise errors.role_missing()
    if not premium:
        return
    wrongly = context.faults.doubts_the_plan(directory_scope="Directory.Read.All" in call.token.scopes)
    if wrongly or not context.consent.premium:
        raise errors.plan_missing()


def require_collection(context: Context, call: Call, collection: GraphList) -> None:
    """Refuse unless `collection` may be read."""
    if collection.report:
        require_report(context, call, premium=collection.premium)
        return
    service = errors.SERVICES[collection.service]
    if collection.scopes is not None and collection.scopes.isdisjoint(call.token.scopes):
        raise errors.Refusal(*service.scope)
    if collection.roles and not call.token.is_app and collection.roles.isdisjoint(context.consent.roles):
        raise errors.Refusal(*service.role)
    if (collection.premium and not context.consent.premium) or (collection.p2 and not context.consent.has_p2):
        raise errors.Refusal(*service.plan)


def require_user_properties(context: Context, call: Call, names: Sequence[str]) -> None:
    """Refuse user properties that need more than the list itself."""
    if FULL_PROFILE_SCOPES.isdisjoint(call.token.scopes) and not BASIC_PROFILE.issuperset(names):
        raise errors.scope_missing()
    if "signInActivity" in names:
        require_report(context, call, premium=True)
    if "employeeLeaveDateTime" in names and "User-LifeCycleInfo.Read.All" not in call.token.scopes:
        raise errors.scope_missing()
    if "customSecurityAttributes" in names and "CustomSecAttributeAssignment.Read.All" not in call.token.scopes:
        raise errors.scope_missing()

"""Facts about lists that were never seen on a real tenant: whether they are there, and their columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tap_entra.commands.facts.fact import Fact, Known, Question, Reply, first_rows, found, judge, not_seen
from tap_entra.commands.facts.shapes import TIME, column, listed
from tap_entra.graph import odata

if TYPE_CHECKING:
    from collections.abc import Generator

    from tap_entra.commands.facts.fact import Inquiry

_THEN = "The stream of that list fails, or the column stays empty; the others go on"
_TEMPLATE_PAGE = (("Prefer", odata.prefer(2800)),)
_RISK = "/v1.0/applicationTemplates?$select=id,riskScore&$top=1"
_MOST_ASKED = 20


def _has_columns(url: str, names: str, headers: tuple[tuple[str, str], ...], _: Known) -> Inquiry:
    reply = yield from first_rows(url, headers)
    missing = [name for name in names.split() if not any(name in row for row in reply.rows)]
    more = ", more pages follow" if reply.next_link else ""
    return judge(not missing, f"without {', '.join(missing)}" if missing else f"{len(reply.rows):,} rows{more}")


def _list(
    name: str, url: str, names: str, headers: tuple[tuple[str, str], ...] = (), streams: tuple[str, ...] = ()
) -> Fact:
    """A list that is there, with these columns."""
    path = url.partition("?")[0].partition("(")[0].split("/", 2)[2]
    return Fact(
        name, assumed=f"{path} is there", ask=partial(_has_columns, url, names, headers), then=_THEN, streams=streams
    )


def _children(parents: str, name: str, names: str, _: Known) -> Inquiry:
    """Ask the first parents for their children, until one has some."""
    rows = (yield from first_rows(f"/v1.0/{parents}?$select=id&$top=100")).rows
    for row in rows[:_MOST_ASKED]:
        children = (yield Question(f"/v1.0/{parents}/{row['id']}/{name}")).rows
        if children:
            missing = [one for one in names.split() if one not in children[0]]
            return judge(not missing, f"without {', '.join(missing)}" if missing else f"{len(children):,} rows")
    return not_seen(f"none of up to {_MOST_ASKED} has any")


def _child_list(name: str, parents: str, relation: str, names: str, streams: tuple[str, ...] = ()) -> Fact:
    """A list below each object of another list."""
    ask = partial(_children, parents, relation, names)
    return Fact(name, assumed=f"{parents.rpartition('/')[2]} have {relation}", ask=ask, then=_THEN, streams=streams)


def _keys(path: str) -> Generator[Question, Reply, dict[str, object]]:
    rows = (yield from first_rows(f"/v1.0/{path}?$select=id,keyCredentials&$top=100")).rows
    return found((key for row in rows for key in row.get("keyCredentials") or ()), "the first 100 have no certificate")


def _certificates(path: str, _: Known) -> Inquiry:
    key = yield from _keys(path)
    missing = [name for name in ("keyId", "usage", "startDateTime", "endDateTime") if name not in key]
    observed = f"endDateTime: {listed(column([key], 'endDateTime'))}; key: {listed(column([key], 'key'))}"
    return judge(not missing, f"without {', '.join(missing)}" if missing else observed)


def _certificate_fact(name: str, path: str, stream: str) -> Fact:
    return Fact(
        name, assumed=f"{path} have keyCredentials", ask=partial(_certificates, path), then=_THEN, streams=(stream,)
    )


def _risk(_: Known) -> Inquiry:
    reply = yield from first_rows(_RISK)
    is_noted = "@microsoft.graph.licenseRequired" in reply.body
    score = listed(column(reply.rows, "riskScore"))
    return judge(is_noted != ("riskScore" in reply.rows[0]), f"riskScore: {score}; note of a licence: {is_noted}")


def _daily(_: Known) -> Inquiry:
    rows = (yield from first_rows("/beta/auditLogs/signInEventsSummary")).rows
    kinds = column(rows, "activityDateTime")
    are_days = all(str(row.get("activityDateTime"))[10:19] == "T00:00:00" for row in rows)
    return judge(
        are_days and kinds.keys() <= {TIME}, f"{listed(kinds)}, {'at midnight' if are_days else 'at other times'}"
    )


FACTS = (
    _list(
        "application_templates",
        "/v1.0/applicationTemplates",
        "id displayName publisher categories endpoints",
        _TEMPLATE_PAGE,
        ("application_templates",),
    ),
    Fact(
        "risk_scores",
        assumed="Without a licence, a note stands for riskScore",
        ask=_risk,
        then="riskScore is null",
        streams=("application_templates",),
    ),
    _list(
        "subscriptions",
        "/v1.0/directory/subscriptions",
        "id skuId status totalLicenses nextLifecycleDateTime",
        (),
        ("subscriptions",),
    ),
    _list("contacts", "/v1.0/contacts?$select=id,displayName,mail&$top=999", "id displayName mail", (), ("contacts",)),
    _list("directory_settings", "/v1.0/groupSettings", "id templateId values", (), ("directory_settings",)),
    _list(
        "provisioning_logs", "/v1.0/auditLogs/provisioning?$top=1", "id activityDateTime", (), ("provisioning_logs",)
    ),
    _list(
        "sign_in_summaries",
        "/beta/auditLogs/getSummarizedNonInteractiveSignIns(aggregationWindow='d1')?$top=10",
        "aggregationDateTime signInCount userPrincipalName appId",
        (),
        ("non_interactive_sign_in_summaries",),
    ),
    _list(
        "sign_in_counts_by_app",
        "/beta/auditLogs/signInEventsAppSummary",
        "appId signInCount",
        (),
        ("sign_in_events_app_summary",),
    ),
    Fact(
        "sign_in_counts_by_day",
        assumed="signInEventsSummary counts whole days",
        ask=_daily,
        then="Sign-ins of a day are compared with another time's",
        streams=("sign_in_events_summary",),
    ),
    _certificate_fact("application_certificates", "applications", "applications"),
    _certificate_fact("service_principal_certificates", "servicePrincipals", "service_principals"),
    _child_list("application_owners", "applications", "owners", "@odata.type id", ("application_owners",)),
    _child_list(
        "scoped_role_members", "directory/administrativeUnits", "scopedRoleMembers", "id roleId roleMemberInfo"
    ),
)

"""The lists of Graph that the sandbox serves. A list is one file here, and one name in `_SERVED`."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from sandbox.lists.admin_consent_policy import ADMIN_CONSENT_POLICY
from sandbox.lists.administrative_units import ADMINISTRATIVE_UNITS
from sandbox.lists.app_role_assignments import APP_ROLE_ASSIGNMENTS
from sandbox.lists.application_templates import APPLICATION_TEMPLATES
from sandbox.lists.applications import APPLICATIONS
from sandbox.lists.conditional_access_policies import CONDITIONAL_ACCESS_POLICIES
from sandbox.lists.contacts import CONTACTS
from sandbox.lists.devices import DEVICES
from sandbox.lists.directory_audits import DIRECTORY_AUDITS
from sandbox.lists.directory_settings import DIRECTORY_SETTINGS, DIRECTORY_SETTINGS_BETA
from sandbox.lists.domains import DOMAINS
from sandbox.lists.groups import GROUPS
from sandbox.lists.identity_providers import IDENTITY_PROVIDERS
from sandbox.lists.named_locations import NAMED_LOCATIONS
from sandbox.lists.non_interactive_sign_in_summaries import NON_INTERACTIVE_SIGN_IN_SUMMARIES
from sandbox.lists.oauth2_permission_grants import OAUTH2_PERMISSION_GRANTS
from sandbox.lists.organization import ORGANIZATION
from sandbox.lists.provisioning_logs import PROVISIONING_LOGS
from sandbox.lists.recommendations import RECOMMENDATION_RESOURCES, RECOMMENDATIONS
from sandbox.lists.risks import RISK_DETECTIONS, RISKY_USERS
from sandbox.lists.role_assignments import ROLE_ASSIGNMENTS
from sandbox.lists.role_definitions import ROLE_DEFINITIONS
from sandbox.lists.role_schedules import ROLE_ASSIGNMENT_SCHEDULES, ROLE_ELIGIBILITY_SCHEDULES
from sandbox.lists.scoped_role_members import SCOPED_ROLE_MEMBERS
from sandbox.lists.service_principal_sign_in_activities import SERVICE_PRINCIPAL_SIGN_IN_ACTIVITIES
from sandbox.lists.service_principals import SERVICE_PRINCIPALS
from sandbox.lists.sign_in_events import SIGN_IN_EVENTS_APP_SUMMARY, SIGN_IN_EVENTS_SUMMARY
from sandbox.lists.sign_ins import SIGN_INS
from sandbox.lists.spec import ChildList, GraphList, GraphLog, Properties
from sandbox.lists.subscribed_skus import SUBSCRIBED_SKUS
from sandbox.lists.subscriptions import SUBSCRIPTIONS
from sandbox.lists.user_registration_details import USER_REGISTRATION_DETAILS
from sandbox.lists.users import USERS
from sandbox.tenant.collection_store import CollectionStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.lists.spec import Row, Rows
    from sandbox.tenant.state import TenantState

_SERVED: tuple[GraphList | ChildList | GraphLog, ...] = (
    USERS,
    GROUPS,
    APPLICATIONS,
    SERVICE_PRINCIPALS,
    DEVICES,
    ADMINISTRATIVE_UNITS,
    ORGANIZATION,
    DOMAINS,
    SUBSCRIBED_SKUS,
    ROLE_DEFINITIONS,
    ROLE_ASSIGNMENTS,
    APP_ROLE_ASSIGNMENTS,
    OAUTH2_PERMISSION_GRANTS,
    USER_REGISTRATION_DETAILS,
    SERVICE_PRINCIPAL_SIGN_IN_ACTIVITIES,
    APPLICATION_TEMPLATES,
    CONTACTS,
    DIRECTORY_SETTINGS,
    DIRECTORY_SETTINGS_BETA,
    NON_INTERACTIVE_SIGN_IN_SUMMARIES,
    PROVISIONING_LOGS,
    SCOPED_ROLE_MEMBERS,
    SIGN_IN_EVENTS_APP_SUMMARY,
    SIGN_IN_EVENTS_SUMMARY,
    SUBSCRIPTIONS,
    NAMED_LOCATIONS,
    CONDITIONAL_ACCESS_POLICIES,
    IDENTITY_PROVIDERS,
    ROLE_ASSIGNMENT_SCHEDULES,
    ROLE_ELIGIBILITY_SCHEDULES,
    RISK_DETECTIONS,
    RISKY_USERS,
    RECOMMENDATIONS,
    RECOMMENDATION_RESOURCES,
    ADMIN_CONSENT_POLICY,
    SIGN_INS,
    DIRECTORY_AUDITS,
)

#: Lists of objects by path, child lists by (path of the parents, name), logs by path.
LISTS: dict[str, GraphList] = {one.path: one for one in _SERVED if isinstance(one, GraphList)}
CHILD_LISTS: dict[tuple[str, str], ChildList] = {(o.parent, o.name): o for o in _SERVED if isinstance(o, ChildList)}
LOGS: dict[str, GraphLog] = {one.path: one for one in _SERVED if isinstance(one, GraphLog)}

BY_STORE: dict[str, GraphList] = {one.store: one for one in LISTS.values() if one.store}
BY_ENTITY: dict[str, GraphList] = {one.entity: one for one in LISTS.values()}
PROPERTIES: dict[str, Properties] = {one.entity: one.properties for one in LISTS.values() if one.properties}

#: Expected rows by stream of the tap.
STREAMS: dict[str, Rows] = {name: rows for one in _SERVED for name, rows in one.expected.items()}


def fill(tenant: TenantState) -> None:
    """Make the first rows of all lists in a new tenant. Logs and reports come later."""
    for one in BY_STORE.values():
        kind = f"#microsoft.graph.{one.entity}"
        tenant.directory[one.store] = CollectionStore(kind, one.links, tenant.revisions)
    with_rows: dict[str, GraphList | ChildList] = {**LISTS, **{one.path: one for one in CHILD_LISTS.values()}}
    order = TopologicalSorter({path: one.needs for path, one in with_rows.items()})
    for path in order.static_order():
        _fill_one(tenant, with_rows[path])


def _fill_one(tenant: TenantState, one: GraphList | ChildList) -> None:
    if isinstance(one, ChildList):
        tenant.lists[one.name] = dict(one.first_rows(tenant))
    elif one.first_rows is not None:
        rows = {row[one.key]: row for row in one.first_rows(tenant)}
        if one.store:
            tenant.directory[one.store].live = rows
        else:
            tenant.lists[one.path] = rows


def rows_of(tenant: TenantState, one: GraphList) -> Mapping[str, Row]:
    """The rows of a list by key, as they are now."""
    if one.rows_now is not None:
        return {row[one.key]: row for row in one.rows_now(tenant)}
    return tenant.directory[one.store].live if one.store else tenant.lists[one.path]


def renew_reports(tenant: TenantState) -> None:
    """Make the rows of all reports anew, as Microsoft does each day."""
    for one in LISTS.values():
        if one.rows_of_day is not None:
            tenant.lists[one.path] = {row[one.key]: row for row in one.rows_of_day(tenant)}

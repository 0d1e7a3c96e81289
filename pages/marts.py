"""The marts that pages read: their keys, their columns, and the streams that a figure rests on."""

from __future__ import annotations

from pages.mart import Mart

_LOGS = ("sign_ins",)
_ROLES = ("role_assignments", "group_members", "groups")
_KINDS = ("service_principals", "organization")
_SEATS = ("app_role_assignments", "users")
_GROUP_SEATS = ("app_role_assignments", "group_members", "groups", "users")
_GRANTS = ("oauth2_permission_grants", "app_role_assignments")

COMPANY = Mart(
    key=("tenant_id",),
    columns={
        "tenant_id": "text",
        "display_name": "text",
        "evidence": "text",
        "observed_since": "timestamp",
        "as_of": "timestamp",
    },
    rests_on=("organization",),
)

EMPLOYEES = Mart(
    key=("user_id",),
    owner="user_id",
    rests_on=("users",),
    columns={
        "user_id": "text",
        "display_name": "text",
        "email": "text",
        "user_principal_name": "text",
        "job_title": "text",
        "department": "text",
        "company_name": "text",
        "office_location": "text",
        "country": "text",
        "employee_id": "text",
        "employee_type": "text",
        "manager_id": "text",
        "manager_name": "text",
        "has_photo": "boolean",
        "photo_sha256": "text",
        "user_type": "text",
        "account_kind": "text",
        "account_state": "text",
        "created_at": "timestamp",
        "hired_at": "timestamp",
        "disabled_at": "timestamp",
        "left_at": "timestamp",
        "last_sign_in_at": "timestamp",
        "last_attempt_at": "timestamp",
        "licences": "text[]",
        "licence_count": "integer",
        "apps_used_30d": "bigint",
        "apps_used_90d": "bigint",
        "admin_roles": "text[]",
        "is_admin": "boolean",
        "mfa_registered": "boolean",
        "mfa_strength": "text",
        "evidence": "text",
        "observed_since": "timestamp",
        "findings": "integer",
        "finding_kinds": "text[]",
        "worst_severity": "text",
    },
    streams={
        "manager_id": ("user_managers",),
        "manager_name": ("user_managers",),
        "has_photo": ("profile_photos",),
        "photo_sha256": ("profile_photos",),
        "last_sign_in_at": ("user_sign_in_activity",),
        "last_attempt_at": ("user_sign_in_activity",),
        "licences": ("users", "subscribed_skus"),
        "apps_used_30d": (*_LOGS, *_KINDS),
        "apps_used_90d": (*_LOGS, *_KINDS),
        "disabled_at": ("directory_audits",),
        "admin_roles": (*_ROLES, "role_definitions"),
        "is_admin": _ROLES,
        "mfa_registered": ("user_registration_details",),
        "mfa_strength": ("user_registration_details",),
    },
)

EMPLOYEE_PHOTOS = Mart(
    key=("user_id",),
    owner="user_id",
    rests_on=("profile_photos",),
    columns={"user_id": "text", "sha256": "text", "content_type": "text", "photo": "text"},
)

APPLICATIONS = Mart(
    key=("app_id",),
    rests_on=("service_principals",),
    columns={
        "app_id": "text",
        "service_principal_id": "text",
        "display_name": "text",
        "publisher": "text",
        "publisher_verified": "boolean",
        "publisher_domain": "text",
        "kind": "text",
        "kind_from": "text",
        "product": "text",
        "category": "text",
        "logo_url": "text",
        "home_page_url": "text",
        "sign_on_mode": "text",
        "is_enabled": "boolean",
        "removed_at": "timestamp",
        "open_to_everyone": "boolean",
        "owners": "text[]",
        "people_assigned": "bigint",
        "people_assigned_by_group": "bigint",
        "people_in_nested_groups": "bigint",
        "people_with_access": "bigint",
        "people_30d": "bigint",
        "people_90d": "bigint",
        "sign_ins_30d": "bigint",
        "first_use_at": "timestamp",
        "last_use_at": "timestamp",
        "trend": "text",
        "permissions": "text[]",
        "permission_risk": "text",
        "consented_by": "text",
        "consenting_people": "bigint",
        "decision": "text",
        "decision_owner": "text",
        "decision_note": "text",
        "decision_until": "date",
        "evidence": "text",
        "observed_since": "timestamp",
        "findings": "integer",
        "finding_kinds": "text[]",
        "worst_severity": "text",
    },
    streams={
        "kind": _KINDS,
        "product": _KINDS,
        "owners": ("service_principal_owners", "application_owners", "applications", "users"),
        "people_assigned": _SEATS,
        "people_assigned_by_group": _GROUP_SEATS,
        "people_in_nested_groups": _GROUP_SEATS,
        "people_with_access": _GROUP_SEATS,
        "people_30d": _LOGS,
        "people_90d": _LOGS,
        "sign_ins_30d": _LOGS,
        "trend": _LOGS,
        "permissions": _GRANTS,
        "permission_risk": _GRANTS,
        "consented_by": _GRANTS,
        "consenting_people": ("oauth2_permission_grants", "users"),
    },
)

INSIGHTS = Mart(
    key=("insight_id",),
    columns={
        "insight_id": "text",
        "kind": "text",
        "severity": "text",
        "title": "text",
        "subject_type": "text",
        "subject_id": "text",
        "subject_name": "text",
        "related_id": "text",
        "related_name": "text",
        "people": "integer",
        "evidence": "text",
        "observed_since": "timestamp",
        "details": "jsonb",
        "estimated_monthly_saving": "numeric",
        "currency": "text",
        "what_to_do": "text",
        "found_at": "timestamp",
        "parent_id": "text",
        "children": "integer",
        "saving_with_children": "numeric",
        "category": "text",
        "decision": "text",
        "decision_until": "date",
        "is_open": "boolean",
        "is_new": "boolean",
    },
)

RESOLVED_INSIGHTS = Mart(
    key=("insight_id",),
    columns={
        "insight_id": "text",
        "kind": "text",
        "severity": "text",
        "subject_type": "text",
        "subject_id": "text",
        "subject_name": "text",
        "related_id": "text",
        "related_name": "text",
        "evidence": "text",
        "found_at": "timestamp",
        "resolved_at": "timestamp",
        "is_new": "boolean",
    },
)

RUNS = Mart(
    key=("run_id",),
    columns={
        "run_id": "text",
        "started_at": "timestamp",
        "finished_at": "timestamp",
        "complete": "integer",
        "partial": "integer",
        "skipped": "integer",
        "failed": "integer",
        "rows": "bigint",
    },
)

SYNC_STATUS = Mart(
    key=("stream",),
    columns={
        "stream": "text",
        "state": "text",
        "reason": "text",
        "action": "text",
        "last_run_at": "timestamp",
        "last_outcome": "text",
        "last_complete_at": "timestamp",
        "rows": "bigint",
        "newest_row_at": "timestamp",
        "gap_from": "timestamp",
        "gap_to": "timestamp",
        "counted_day": "date",
        "loaded_count": "bigint",
        "microsoft_count": "bigint",
        "missing_figures": "text[]",
    },
)

PERSON_APPS = Mart(
    key=("user_id", "app_id"),
    owner="user_id",
    rests_on=("users",),
    columns={
        "user_id": "text",
        "app_id": "text",
        "person_name": "text",
        "department": "text",
        "account_state": "text",
        "photo_sha256": "text",
        "app_name": "text",
        "kind": "text",
        "product": "text",
        "access": "text",
        "through_groups": "text[]",
        "assigned_at": "timestamp",
        "has_consented": "boolean",
        "days_used_30d": "bigint",
        "sign_ins_30d": "bigint",
        "failures_30d": "bigint",
        "usage_level": "text",
        "first_use_at": "timestamp",
        "last_use_at": "timestamp",
    },
    streams={
        "access": _GROUP_SEATS,
        "through_groups": _GROUP_SEATS,
        "assigned_at": _SEATS,
        "has_consented": ("oauth2_permission_grants",),
        "days_used_30d": _LOGS,
        "sign_ins_30d": _LOGS,
        "failures_30d": _LOGS,
        "usage_level": _LOGS,
        "last_use_at": _LOGS,
    },
)

APP_MONTHS = Mart(
    key=("app_id", "month"),
    rests_on=_LOGS,
    columns={
        "app_id": "text",
        "month": "date",
        "people": "integer",
        "sign_ins": "bigint",
        "failures": "bigint",
        "is_whole": "boolean",
    },
)

APP_PERMISSIONS = Mart(
    key=("app_id", "resource_name", "permission", "type", "consent"),
    rests_on=_GRANTS,
    columns={
        "app_id": "text",
        "resource_name": "text",
        "permission": "text",
        "type": "text",
        "consent": "text",
        "words": "text",
        "risk": "text",
        "people": "integer",
    },
)

INSIGHT_KINDS = Mart(
    key=("kind",),
    columns={"kind": "text", "worst_severity": "text", "findings": "integer", "subjects": "integer"},
)

NEWS = Mart(
    key=("event", "subject_id", "happened_at"),
    columns={
        "event": "text",
        "happened_at": "timestamp",
        "subject_type": "text",
        "subject_id": "text",
        "subject_name": "text",
        "by_name": "text",
        "evidence": "text",
    },
    streams={"by_name": ("directory_audits",)},
)

CHANGES = Mart(
    key=("fact", "subject_type", "subject_id"),
    columns={
        "month": "date",
        "fact": "text",
        "subject_type": "text",
        "subject_id": "text",
        "change_in_a_month": "numeric",
    },
)

MARTS: dict[str, Mart] = {
    "company": COMPANY,
    "employees": EMPLOYEES,
    "employee_photos": EMPLOYEE_PHOTOS,
    "applications": APPLICATIONS,
    "person_apps": PERSON_APPS,
    "app_months": APP_MONTHS,
    "app_permissions": APP_PERMISSIONS,
    "insights": INSIGHTS,
    "resolved_insights": RESOLVED_INSIGHTS,
    "insight_kinds": INSIGHT_KINDS,
    "news": NEWS,
    "changes": CHANGES,
    "sync_status": SYNC_STATUS,
    "runs": RUNS,
}

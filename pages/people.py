"""The list of people."""

from __future__ import annotations

from pages.listing import Filter, Listing, Preset, Shown
from pages.vocabulary import ACCOUNT_KIND, ACCOUNT_STATE, SEVERITIES, SEVERITY
from pages.warehouse import Sort, Where

#: Accounts of services, rooms and mailboxes count for no one.
OF_PEOPLE = tuple(Where(("account_kind",), "is not", kind) for kind in ("service account", "room", "shared mailbox"))
ENABLED = Where(("account_state",), "in", ["active", "guest"])
NOT_FILLED_IN = "not filled in"


def _found(kind: str) -> Where:
    return Where(("finding_kinds",), "has", kind)


LISTING = Listing(
    name="employees",
    mart="employees",
    opens=Shown("display_name", "Name", missing="no name", width=200),
    id_column="user_id",
    page="views/person.py",
    noun=("person", "people"),
    pictures="Photo",
    columns=(
        Shown("department", "Department", NOT_FILLED_IN, width=140),
        Shown("job_title", "Job title", NOT_FILLED_IN, width=180),
        Shown("manager_name", "Manager", "none", width=150),
        Shown("account_state", "Account", names=ACCOUNT_STATE, width=80),
        Shown("worst_severity", "Worst finding", "none", names=SEVERITY, width=105),
        Shown("findings", "Findings", is_number=True, width=75),
        Shown("last_sign_in_at", "Last sign-in", "none known", width=110),
        Shown("apps_used_30d", "Apps used", is_number=True, width=85),
        Shown("licences", "Licences", most=1, width=220),
        Shown("admin_roles", "Admin roles", most=1, width=160),
        Shown("mfa_registered", "Second factor", yes="set up", no="missing", width=105),
        Shown("account_kind", "Account of", names=ACCOUNT_KIND, width=120),
        Shown("email", "Mail", "no mailbox", width=240),
    ),
    presets=(
        Preset("Everybody"),
        Preset("Active", (Where(("account_state",), "is", "active"),)),
        Preset("Leavers with access", (_found("leaver_access"),)),
        Preset("Unused accounts", (_found("unused_account"),)),
        Preset("Quiet guests", (_found("quiet_guest"),)),
        Preset("Admins", (Where(("is_admin",), "is", value=True),)),
        Preset("No sign-in known", (ENABLED, Where(("last_sign_in_at",), "null"))),
    ),
    filters=(
        Filter("department", "Department", "department", missing=NOT_FILLED_IN),
        Filter("account", "Account", "account_state", ACCOUNT_STATE),
        Filter("kind", "Account of", "account_kind", ACCOUNT_KIND),
        Filter("manager", "Manager", "manager_name", missing="no manager"),
        Filter("licence", "Licence", "licences", missing="no licence"),
        Filter("role", "Admin role", "admin_roles", missing="no admin role"),
        Filter("factor", "Second factor", "mfa_registered", {True: "set up", False: "missing"}, "not known"),
    ),
    searched=("display_name", "email", "user_principal_name", "job_title"),
    first=(
        "Findings first",
        (
            Sort("worst_severity", ranks=SEVERITIES),
            Sort("findings", is_descending=True),
            Sort("last_sign_in_at", is_descending=True),
        ),
    ),
    ranks={"worst_severity": SEVERITIES},
)

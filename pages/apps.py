"""The lists of apps, and of who has which."""

from __future__ import annotations

from pages.listing import Filter, Listing, Preset, Shown
from pages.vocabulary import ACCESS, ACCOUNT_STATE, APP_KIND, RISK, RISKS, SEVERITIES, SEVERITY, TREND, USAGE, USAGES
from pages.warehouse import Sort, Where

_HERE = Where(("removed_at",), "null")
_COMPANYS = Where(("kind",), "in", ["third_party", "in_house", "unknown"])

LISTING = Listing(
    name="applications",
    mart="applications",
    opens=Shown("display_name", "App", missing="no name", width=210),
    id_column="app_id",
    page="views/app.py",
    noun=("app", "apps"),
    pictures="Initials",
    columns=(
        Shown("category", "Category", "not known", width=150, is_sentence=True),
        Shown("people_30d", "People, 30 days", is_number=True, width=115),
        Shown("people_with_access", "With access", is_number=True, width=95, instead=("open_to_everyone", "everyone")),
        Shown("last_use_at", "Last use", "none known", width=105),
        Shown("trend", "Trend", names=TREND, width=110),
        Shown("permission_risk", "Permission risk", names=RISK, width=115),
        Shown("worst_severity", "Worst finding", "none", names=SEVERITY, width=105),
        Shown("findings", "Findings", is_number=True, width=75),
        Shown("kind", "Made by", names=APP_KIND, width=110),
        Shown("publisher", "Publisher", "not known", width=160),
        Shown("owners", "Owners", most=1, width=150),
        Shown("decision", "Decision", "undecided", width=100),
    ),
    presets=(
        Preset("All but Microsoft's", (_HERE, _COMPANYS)),
        Preset("In use", (_HERE, _COMPANYS, Where(("people_30d",), "more", 0))),
        Preset("Unused", (_HERE, Where(("finding_kinds",), "has", "unused_app"))),
        Preset("New", (_HERE, _COMPANYS, Where(("trend",), "is", "new"))),
        Preset("Risky permissions", (_HERE, Where(("permission_risk",), "in", ["high", "critical"]))),
        Preset("Microsoft's", (_HERE, Where(("kind",), "is", "microsoft"))),
        Preset("Removed", (Where(("removed_at",), "not null"),)),
    ),
    filters=(
        Filter("category", "Category", "category", missing="not known"),
        Filter("made", "Made by", "kind", APP_KIND),
        Filter("risk", "Permission risk", "permission_risk", RISK, "not known"),
        Filter("trend", "Trend", "trend", TREND),
        Filter("decision", "Decision", "decision", missing="undecided"),
    ),
    searched=("display_name", "product", "publisher"),
    first=("Most used", (Sort("people_30d", is_descending=True), Sort("people_with_access", is_descending=True))),
    ranks={"permission_risk": RISKS, "worst_severity": SEVERITIES},
)

_USE = (
    Shown("usage_level", "Use", names=USAGE, width=80),
    Shown("days_used_30d", "Days of 30", is_number=True, width=85),
    Shown("failures_30d", "Failed", is_number=True, width=70),
    Shown("last_use_at", "Last use", "none known", width=110),
)
_ACCESS = (
    Shown("access", "Access", names=ACCESS, width=130),
    Shown("through_groups", "Groups", most=2, width=220),
    Shown("assigned_at", "Assigned", "not by name", width=110),
)

APPS_OF_PERSON = Listing(
    name="apps-of-person",
    mart="person_apps",
    opens=Shown("app_name", "App", missing="no name", width=210),
    id_column="app_id",
    page="views/app.py",
    noun=("app", "apps"),
    columns=(*_USE, *_ACCESS, Shown("kind", "Made by", names=APP_KIND, width=110)),
    first=("Last use", (Sort("last_use_at", is_descending=True), Sort("app_name"))),
    ranks={"usage_level": USAGES},
)

PEOPLE_OF_APP = Listing(
    name="people-of-app",
    mart="person_apps",
    opens=Shown("person_name", "Name", missing="no name", width=200),
    id_column="user_id",
    page="views/person.py",
    noun=("person", "people"),
    pictures="Photo",
    columns=(
        Shown("department", "Department", "not filled in", width=150),
        Shown("account_state", "Account", names=ACCOUNT_STATE, width=80),
        *_USE,
        *_ACCESS,
    ),
    filters=(
        Filter("department", "Department", "department", missing="not filled in"),
        Filter("use", "Use", "usage_level", USAGE, "not known"),
        Filter("access", "Access", "access", ACCESS, "not known"),
    ),
    searched=("person_name",),
    first=("Last use", (Sort("last_use_at", is_descending=True), Sort("person_name"))),
    ranks={"usage_level": USAGES},
)

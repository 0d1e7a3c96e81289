"""The list of findings."""

from __future__ import annotations

from pages.listing import Filter, Listing, Shown
from pages.vocabulary import KIND, SEVERITIES, SEVERITY
from pages.warehouse import Sort, Where

EVIDENCE = {
    "all sign-ins": "All sign-ins",
    "interactive sign-ins": "Sign-ins with the person present",
    "activity report": "Microsoft's activity report",
    "directory": "The directory",
    "audit log": "The audit log",
}
TITLES = {name: kind.title for name, kind in KIND.items()}

#: A finding that another one explains is a detail of that one, and a decision may have closed it.
OPEN = (Where(("parent_id",), "null"), Where(("is_open",), "is not", value=False))

LISTING = Listing(
    name="findings",
    mart="insights",
    opens=Shown("title", "Finding", width=460),
    id_column="insight_id",
    page="views/finding.py",
    noun=("finding", "findings"),
    columns=(
        Shown("severity", "Severity", names=SEVERITY, width=90),
        Shown("kind", "Kind", names=TITLES, width=170),
        Shown("subject_name", "About", "not known", width=180),
        Shown("related_name", "And", "nothing else", width=160),
        Shown("people", "People", "no one in particular", is_number=True, width=75),
        Shown("estimated_monthly_saving", "Saving a month", "no price known", is_number=True, width=120),
        Shown("evidence", "Rests on", names=EVIDENCE, width=190),
        Shown("observed_since", "Complete since", "not a log", width=120),
        Shown("what_to_do", "What to do", width=420),
    ),
    filters=(Filter("kind", "Kind", "kind", TITLES), Filter("severity", "Severity", "severity", SEVERITY)),
    searched=("title", "subject_name", "related_name"),
    first=(
        "Most urgent",
        (Sort("severity", ranks=SEVERITIES), Sort("estimated_monthly_saving", is_descending=True), Sort("title")),
    ),
    ranks={"severity": SEVERITIES},
)

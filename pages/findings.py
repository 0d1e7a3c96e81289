"""The list of findings."""

from __future__ import annotations

from dataclasses import replace

from pages.listing import Filter, Listing, Preset, Shown
from pages.vocabulary import KIND, SEVERITIES, SEVERITY
from pages.warehouse import Sort, Where

EVIDENCE = {
    "all sign-ins": "All sign-ins",
    "summaries": "Sign-ins and daily sums",
    "interactive sign-ins": "Sign-ins with the person present",
    "activity report": "Microsoft's activity report",
    "directory": "The directory",
    "audit log": "The audit log",
}
TITLES = {name: kind.title for name, kind in KIND.items()}

#: A finding that another one explains is a detail of that one, and stands with it.
ON_ITS_OWN = (Where(("parent_id",), "null"),)
_IS_OPEN = Where(("is_open",), "is not", value=False)
OPEN = (*ON_ITS_OWN, _IS_OPEN)
_IS_NEW = Where(("is_new",), "is", value=True)
NEW = (*OPEN, _IS_NEW)
RESOLVED_LATELY = (_IS_NEW,)

LISTING = Listing(
    name="findings",
    mart="insights",
    opens=Shown("title", "Finding", width=420),
    id_column="insight_id",
    page="views/finding.py",
    noun=("finding", "findings"),
    columns=(
        Shown("severity", "Severity", names=SEVERITY, width=90),
        Shown("kind", "Kind", names=TITLES, width=190),
        Shown("people", "People", "no person", is_number=True, width=80),
        Shown("children", "Details", is_number=True, width=70),
        Shown("saving_with_children", "Saving a month", "no price known", is_number=True, width=120),
        Shown("currency", "Currency", "none", width=75),
        Shown("subject_name", "About", "not known", width=180),
        Shown("related_name", "And", "nothing else", width=160),
        Shown("evidence", "Rests on", names=EVIDENCE, width=190),
        Shown("observed_since", "Complete since", "not a log", width=120),
        Shown("what_to_do", "What to do", width=420),
        Shown("decision", "Decision", "undecided", width=100),
    ),
    presets=(
        Preset("Open", (_IS_OPEN,)),
        Preset("New", (_IS_OPEN, _IS_NEW)),
        Preset("Closed by a decision", (Where(("is_open",), "is", value=False),)),
    ),
    filters=(Filter("kind", "Kind", "kind", TITLES), Filter("severity", "Severity", "severity", SEVERITY)),
    searched=("title", "subject_name", "related_name"),
    first=(
        "Most urgent",
        (Sort("severity", ranks=SEVERITIES), Sort("saving_with_children", is_descending=True), Sort("title")),
    ),
    ranks={"severity": SEVERITIES},
)
#: Those that one finding explains, closed ones too.
DETAILS = replace(LISTING, presets=())

#: What was found before, and is not there any more.
RESOLVED = Listing(
    name="resolved",
    mart="resolved_insights",
    opens=Shown("kind", "Finding", names=TITLES, width=240),
    id_column="subject_id",
    page="views/insights.py",
    page_by=("subject_type", {"employee": "views/person.py", "application": "views/app.py"}),
    noun=("resolved finding", "resolved findings"),
    columns=(
        Shown("subject_name", "About", "no longer known", width=240),
        Shown("related_name", "And", "nothing else", width=180),
        Shown("severity", "Severity", names=SEVERITY, width=90),
        Shown("found_at", "Found", width=130),
        Shown("resolved_at", "Resolved", width=130),
        Shown("evidence", "Rested on", names=EVIDENCE, width=190),
    ),
    presets=(Preset("Since last week", RESOLVED_LATELY), Preset("All")),
    filters=(Filter("kind", "Kind", "kind", TITLES),),
    searched=("subject_name", "related_name"),
    first=("Newest", (Sort("resolved_at", is_descending=True), Sort("subject_name"))),
    ranks={"severity": SEVERITIES},
)

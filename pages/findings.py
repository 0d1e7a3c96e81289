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

"""Applications: which apps there are, who uses them, and what they may do."""

import streamlit as st

from pages import apps, frame, list_view, parts, words
from pages.parts import Fact
from pages.warehouse import Question, Where

view = frame.view()
st.title("Applications", anchor=False)
unknown = view.reading("applications").unknown


def figure(label: str, column: str, rests_on: str, *where: Where) -> Fact:
    """Return how many apps there are, or why that is not known."""
    if reason := unknown.get(column):
        return Fact(label, words.NOT_KNOWN, reason)
    return Fact(label, words.number(view.reader.count(Question("applications", where))), rests_on)


there, others = Where(("removed_at",), "null"), Where(("kind",), "in", ["third_party", "unknown"])
own = Where(("kind",), "is", "in_house")
used = Where(("people_30d",), "more", 0)
parts.figures([
    figure("Apps of others", "app_id", "Apps of other companies than Microsoft.", there, others),
    figure("In use", "people_30d", f"Those with a sign-in in 30 days. Rests on {view.evidence}.", there, others, used),
    figure("Apps of our own", "app_id", "Apps that the company registered itself.", there, own),
    figure(
        "Risky permissions", "permission_risk", "Apps whose permissions are high or critical.",
        there, Where(("permission_risk",), "in", ["high", "critical"]),
    ),
])  # fmt: skip
list_view.show(view, apps.LISTING)

"""The voice that this project gave up: openers and words, and what to say instead.

Patterns are regular expressions without regard to case. A space in one stands for any white space, also a line break.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

#: The beginning of a text, a sentence, or an item of a list.
_OPENER = r"(?:\A\s*|[.!?:] |\n\s*\n\s*|\n\s*[-*] )"


@dataclass(frozen=True)
class Word:
    """One thing not to write.

    Attributes:
        pattern: Finds it.
        say: The better words.
        found: Texts in which it is found, for the tests.
        fine: Texts in which it is not.
    """

    pattern: str
    say: str
    found: tuple[str, ...]
    fine: tuple[str, ...] = ()

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern; its group `hit` is what is found."""
        pattern = self.pattern if "(?P<hit>" in self.pattern else f"(?P<hit>{self.pattern})"
        return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)


def word(forms: str, say: str, *found: str, fine: tuple[str, ...] = ()) -> Word:
    """Return a `Word` that is found as a word of its own, in any of the forms."""
    return Word(rf"\b(?:{forms})\b", say, found, fine)


OPENERS = (
    Word(
        rf"{_OPENER}(?P<hit>(?-i:Of) (?!course)\w+)",
        "start with the subject",
        ("Of a busy Graph: a person is waiting.", "Time. Of the\nfile's format."),
        ("The end of the page.", "Of course.", "A list\nof rows."),
    ),
    Word(
        rf"{_OPENER}(?P<hit>(?-i:Whether) [^.?!]*\b(?:is|are) to be\b)",
        "Return whether …",
        ("Whether a pass is to be believed.", "True.\n\nWhether rows are to be sent"),
        ("Whether to send ACTIVATE_VERSION.", "It depends on whether it is to be sent."),
    ),
    Word(
        rf"{_OPENER}(?P<hit>(?-i:What) [^.?!,:;\n]{{0,60}}\b(?:says?|said|tells?)\b)(?![^.?!]*\?)",
        "name the thing: 'Static metadata of a stream'",
        ("What a stream says of itself", "What the tap tells"),
        ("What does Graph say?", "This is what it says.", "What a release uploads.", "What it is, no user can say."),
    ),
)

PLAIN = (
    word("whoever", "who it is: the user, the caller", "for whoever wonders"),
    word("nobody", "'no user', 'none', or turn the sentence round", "it keeps nobody waiting"),
    word("somebody else'?s", "another user's, another account's", "Somebody else's file"),
    word("so (?:many|much)", "the number, or 'that many'", "a pass that found so many", "so\nmuch"),
    word("(?:is|are|was|were|been|be) told", "logged, shown, reported", "that has been told", "It is told at the end."),
    word("(?:let|lets|left) be", "ignore, leave unchanged", "Other names are let be", fine=("It lets both be read.",)),
    word("for want of", "if there is none, without", "or the HTTP status for want of one"),
    word("in little(?!-)", "compact, short", "What was written before, in little", fine=("in little-endian order",)),
    word(
        r"(?:rows|requests|users|people|objects|links|items|copy|once) an? (?:page|request|row|batch|stream|run)",
        "'per': 100 rows per page",
        "100 rows a page",
        "without a copy a page",
        fine=("It reads a page.", "100 rows per page"),
    ),
    word("broken? off", "aborted, stopped", "Broken off; nothing was changed."),
)

GLOSSARY = (
    word("belie(?:f|ve|ves|ved|ving)|doubt(?:s|ed|ful|ing)?", "list guard, accept, unconfirmed", "a list is believed"),
    word("errands?", "request context", "On whose errand?"),
    word(
        r"(?:whose|its|their|my|your|a|another|next|first) turns?|takes? turns",
        "lock, order",
        "Whose turn it is.",
        fine=("It returns.", "Each in turn.", "It turns into a warning."),
    ),
    word("weathers?", "faults", "the weather of the sandbox"),
    word("gardens?|gardener", "builder", "a garden of findings"),
    word("harvest(?:s|ed)?", "expected findings", "the harvest"),
    word("sow(?:s|n|ed|ing)?", "write, plant", "rows are sown"),
    word("cure[sd]?", "action: what a person can do", "each message and its cure", fine=("secure", "procured")),
    word("heed(?:s|ed|ing)?", "obey, apply backpressure", "Heed the refusal."),
    word("holes?", "gap", "a hole in the log", fine=("the whole list",)),
    word("lanes?", "rate-limit family", "a lane of its own"),
    word("(?-i:patience)", "retries, retry budget", "the patience of a person"),
    word("stretch(?:es)?", "time window, gap", "a stretch of a log"),
    word("portraits?", "photo", "a portrait"),
    word("tak(?:e|es|en|ing) away", "delete, soft delete, remove", "rows that were taken away"),
    word("(?:first|later) rounds?", "initial sync, incremental sync", "in the first round"),
    word("c[ao]mes? to light", "late-arriving rows; become visible", "rows that come to light late"),
    word("shel(?:f|ves)", "collection store", "on the shelf"),
    word("diar(?:y|ies)", "log writer", "the diary"),
    word("wardrobes?", "app habits", "a wardrobe of apps"),
    word("bur(?:y|ies|ied)", "purge, add as deleted", "bury a user"),
    word(
        "accounts? of (?:a|the|each|its|this) (?:stream|run)",
        "result of a stream",
        "the account of a stream",
        fine=("the accounts of a tenant",),
    ),
)

WORDS = OPENERS + PLAIN + GLOSSARY

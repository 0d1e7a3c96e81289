"""What the tap assumes about Graph, and the questions that tell whether a tenant's Graph is like that.

A fact is one `Fact` in a file of its subject, and its name in `FACTS` of that file.
"""

from tap_entra.commands.facts.asking import BUDGET_S, LONGEST_WAIT_S, Answers, Finding, ask_facts
from tap_entra.commands.facts.changes import FACTS as _CHANGES
from tap_entra.commands.facts.changes import delta_links
from tap_entra.commands.facts.directory import FACTS as _DIRECTORY
from tap_entra.commands.facts.fact import Fact, Known
from tap_entra.commands.facts.links import FACTS as _LINKS
from tap_entra.commands.facts.logs import FACTS as _LOGS
from tap_entra.commands.facts.more_lists import FACTS as _MORE_LISTS
from tap_entra.commands.facts.photos import FACTS as _PHOTOS
from tap_entra.commands.facts.protocol import FACTS as _PROTOCOL

#: All facts, in the order of the table.
FACTS: tuple[Fact, ...] = (*_PROTOCOL, *_DIRECTORY, *_CHANGES, *_LINKS, *_PHOTOS, *_LOGS, *_MORE_LISTS)

__all__ = ["BUDGET_S", "FACTS", "LONGEST_WAIT_S", "Answers", "Fact", "Finding", "Known", "ask_facts", "delta_links"]

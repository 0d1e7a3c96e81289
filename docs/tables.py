"""Tables of streams and settings for README.md, docs/ and meltano.yml, and the seed of streams; see `make docs`."""  # noqa: INP001 - a folder of documentation, no package

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tap_entra import replication
from tap_entra.commands.facts import FACTS
from tap_entra.config_schema import SETTINGS
from tap_entra.streams import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_entra.replication import EntraStream

_HOW = {
    replication.FullStream: "full",
    replication.LinkStream: "delta",
    replication.DeltaStream: "delta",
    replication.ExpandedLinkStream: "expanded",
    replication.BatchedStream: "batched",
    replication.PhotoStream: "batched",
    replication.SlicedStream: "sliced",
    replication.RunsStream: "append",
}


#: Groups of the short table, and the paths that belong to each. A stream without a path asks Graph for nothing.
_GROUPS = {
    "Tenant": ("/organization", "/domains", "/subscribedSkus", "/directory/subscriptions", "/groupSettings"),
    "People": ("/users", "/contacts", "/reports/authenticationMethods"),
    "Groups": ("/groups", "/directory/administrativeUnits"),
    "Admin roles": ("/roleManagement", "/directoryRoles"),
    "Devices": ("/devices",),
    "Apps": ("/application", "/servicePrincipals", "/oauth2PermissionGrants", "/reports/servicePrincipal"),
    "Security": ("/identity", "/policies", "/directory/recommendations"),
    "Logs": ("/auditLogs",),
    "Other": ("/",),
    "Runs": ("",),
}


#: The streams that `sync_status` has a row for. A seed takes no comments, so cog cannot write it.
SEED = Path(__file__).parents[1] / "transform/entra/seeds/entra__streams.csv"


def short_streams_table() -> str:
    """Return a row for each stream, by group: what it holds, and the plan it needs."""
    groups: dict[str, list[Any]] = {name: [] for name in _GROUPS}
    for one in STREAMS:
        groups[_group(one)].append(one)
    rows = []
    for name, streams in groups.items():
        for position, stream in enumerate(streams):
            shown = "" if position else f"**{name}**"
            rows.append([shown, f"`{stream.name}`", _what_it_holds(stream), stream.plan or "-"])
    return _table(("Group", "Stream", "What it holds", "Plan"), rows)


def _group(stream: type[EntraStream]) -> str:
    path = getattr(stream, "path", "")
    return next(name for name, starts in _GROUPS.items() if path.startswith(starts))


def streams_table() -> str:
    """Return a row for each stream. Footnotes list the directory roles that are too many for a cell."""
    footnotes: list[str] = []
    rows = [_stream_row(stream, footnotes) for stream in STREAMS]
    notes = [f"<sup>{number}</sup> {text}" for number, text in enumerate(footnotes, start=1)]
    head = ("Stream", "What it holds", "Graph", "Key", "Kept up", "Scopes", "Plan", "Role")
    return _table(head, rows) + "".join(f"{note}\n\n" for note in notes)


def settings_table() -> str:
    """Return a row for each setting of the tap."""
    return _table(
        ("Setting", "Default", "What it is"),
        ([f"`{name}`", _code(setting.get("default")), _explained(setting)] for name, setting in _settings()),
    )


def meltano_settings() -> str:
    """Return the `settings:` list of the extractor in meltano.yml."""
    return "settings:\n" + "".join(f"- {{{_meltano_setting(name, setting)}}}\n" for name, setting in _settings())


def meltano_select() -> str:
    """Return the `select:` list of the extractor in meltano.yml."""
    return "select:\n" + "".join(f"- {stream.name}.*\n" for stream in STREAMS if stream.selected_by_default)


def streams_seed() -> str:
    """Return the content of the seed of streams: all but `stream_runs`, in alphabetical order."""
    return "\n".join(["stream", *sorted({stream.name for stream in STREAMS} - {"stream_runs"}), ""])


def _settings() -> Iterable[tuple[str, dict[str, Any]]]:
    settings: dict[str, dict[str, Any]] = SETTINGS["properties"]
    return settings.items()


def _stream_row(stream: Any, footnotes: list[str]) -> list[str]:
    how = next(word for kind, word in _HOW.items() if issubclass(stream, kind))
    if how == "sliced":
        how += f" by `{stream.replication_key}`"
    return [
        f"`{stream.name}`",
        _what_it_holds(stream),
        _graph_page(stream),
        ", ".join(f"`{key}`" for key in stream.primary_keys),
        how,
        ", ".join(stream.permissions) or "-",
        stream.plan or "-",
        _role(stream.roles, footnotes),
    ]


def _what_it_holds(stream: Any) -> str:
    # A stream's module begins with "Domains: domain names of the tenant."
    module = sys.modules[stream.__module__]
    _, _, words = str(module.__doc__).partition(": ")
    if not words:
        raise ValueError(
            f"{module.__file__}: the docstring of the module does not say after a colon what {stream.name} holds, "
            'for example: "Domains: domain names of the tenant."'
        )
    return words.strip().removesuffix(".") + ("" if stream.selected_by_default else " (optional)")


def _graph_page(stream: type[EntraStream]) -> str:
    page = re.search(r"https://learn\.microsoft\.com/\S+", stream.__doc__ or "")
    if not page:
        return "-"
    return f"[`{stream.path}`]({page[0]})" + (" (beta)" if stream.graph_version == "beta" else "")


def _role(roles: tuple[str, ...], footnotes: list[str]) -> str:
    if not roles:
        return "-"
    first, *others = roles
    if not others:
        return first
    note = f"Or {', '.join(others)}: any one of them will do."
    if note not in footnotes:
        footnotes.append(note)
    return f"{first} <sup>{footnotes.index(note) + 1}</sup>"


def _explained(setting: dict[str, Any]) -> str:
    words = [f"{setting['description']}."]
    if "enum" in setting:
        words.append(f"One of {', '.join(f'`{choice}`' for choice in setting['enum'])}.")
    if setting.get("secret"):
        words.append("Secret.")
    return " ".join(words)


def _code(value: Any) -> str:
    return "-" if value is None else f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _meltano_setting(name: str, setting: dict[str, Any]) -> str:
    # Only these of Meltano's kinds are safe: `kind: decimal` crashes `meltano run`.
    kind = next(kind for kind in ("string", "integer", "boolean", "object") if kind in setting["type"])
    entry = f"name: {name}, kind: {kind}"
    if setting.get("secret"):
        entry += ", sensitive: true"
    if "default" in setting:
        entry += f", value: {setting['default'] if kind == 'string' else json.dumps(setting['default'])}"
    return entry


def facts_table() -> str:
    """Return a row for each assumption about Graph: what follows where it does not hold, and for which streams."""
    return _table(
        ("Assumed", "If it is other", "Streams"),
        ([fact.assumed, fact.then, ", ".join(f"`{one}`" for one in fact.streams) or "-"] for fact in FACTS),
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"


if __name__ == "__main__":
    SEED.write_text(streams_seed(), encoding="utf-8")

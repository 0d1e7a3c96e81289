"""Macros of the package without dbt: as SQL of one engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jinja2

from tests.environments import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

MACROS = ROOT / "transform" / "entra" / "macros"


class Adapter:
    """What dbt's `adapter` does for macros: finds the one that is written for an engine, else the default."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        self.macros: Any = None

    def dispatch(self, name: str, _package: str) -> Callable[..., str]:
        found: Callable[..., str] = getattr(self.macros, f"{self.engine}__{name}", None) or getattr(
            self.macros, f"default__{name}"
        )
        return found


def macros_of(*files: str, engine: str = "postgres") -> Any:
    """The macros of these files, and those of the dialects, by name."""
    adapter = Adapter(engine)
    dialects = sorted((MACROS / "dialects").glob("*.sql"))
    sources = [path.read_text(encoding="utf-8") for path in (*dialects, *(MACROS / name for name in files))]
    environment = jinja2.Environment(autoescape=False, extensions=["jinja2.ext.do"])
    environment.globals["adapter"] = adapter
    adapter.macros = environment.from_string("".join(sources)).module
    return adapter.macros

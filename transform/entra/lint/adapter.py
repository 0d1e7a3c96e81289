"""What dbt's `adapter` is to sqlfluff, which has no warehouse: it sees the default of each dispatched macro."""  # noqa: INP001

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from collections.abc import Callable

_DIALECTS = Path(__file__).parents[1] / "macros" / "dialects"
_ENVIRONMENT = jinja2.Environment(extensions=["jinja2.ext.do"])  # noqa: S701 - SQL is no HTML
_ENVIRONMENT.globals["adapter"] = sys.modules[__name__]
_SOURCE = "".join(path.read_text(encoding="utf-8") for path in sorted(_DIALECTS.glob("*.sql")))
_MACROS = _ENVIRONMENT.from_string(_SOURCE).module


def dispatch(name: str, _package: str) -> Callable[..., str]:
    """The default of a macro, by its name: PostgreSQL's."""
    found: Callable[..., str] = getattr(_MACROS, f"default__{name}")
    return found

"""The shipped `meltano.yml` for tests that let Meltano install nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHIPPED = Path(__file__).parents[1] / "meltano.yml"


def project_with(programs: Mapping[str, Path]) -> str:
    """The file with programs that are here in place of what plugins install, by their `pip_url`."""
    project = _SHIPPED.read_text(encoding="utf-8")
    for pip_url, program in programs.items():
        project, found = re.subn(
            rf"pip_url: {re.escape(pip_url)}\n    executable: .+\n", f"executable: {program}\n", project
        )
        assert found == 1, pip_url
    return project

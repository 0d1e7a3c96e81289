"""The streams that a command is about: from a catalog, or from what Meltano selects."""

from __future__ import annotations

import json
import os
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from tap_entra.commands.open import open_tap, read_object

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from tap_entra.tap import TapEntra

#: Meltano puts the `select` of the project here, as a JSON list of patterns such as "users.*".
_SELECT = "MELTANO_EXTRACT__SELECT"


def open_selected_tap(options: argparse.Namespace) -> TapEntra:
    """Return the tap with the selection of `--catalog`; of the project in Meltano where that wrote no catalog.

    Meltano writes the catalog only for a command without further options. One of an earlier command may be there.

    Raises:
        ConfigError: A file or variable cannot be read.
    """
    patterns = _patterns()
    has_options = options.device_code or options.admin_consent
    if options.catalog is not None and options.catalog.exists() and not (patterns and has_options):
        return open_tap(options.config, read_object(options.catalog))
    tap = open_tap(options.config)
    return open_tap(options.config, _catalog(tap.catalog_dict, patterns)) if patterns else tap


def _patterns() -> list[str]:
    try:
        patterns = json.loads(os.environ.get(_SELECT) or "[]")
    except ValueError:
        return []
    return [str(one) for one in patterns] if isinstance(patterns, list) else []


def _catalog(catalog: dict[str, Any], patterns: Sequence[str]) -> dict[str, Any]:
    """Select the streams of which a pattern names a column, but for those that one excludes as a whole."""
    for stream in catalog["streams"]:
        name = stream["tap_stream_id"]
        wanted = any(fnmatchcase(name, one.partition(".")[0]) for one in patterns if not one.startswith("!"))
        refused = any(fnmatchcase(f"{name}.*", one[1:]) for one in patterns if one.startswith("!"))
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = wanted and not refused
    return catalog

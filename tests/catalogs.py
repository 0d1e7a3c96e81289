"""Catalogs of a selection. Imports nothing but the tap: benchmarks count the memory of what is imported."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from tap_entra.streams import STREAMS
from tap_entra.tap import TapEntra

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def catalog_of(streams: Collection[str], without: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, Any]:
    """A catalog as Meltano writes it from `select`.

    Args:
        streams: To be selected.
        without: Columns that are not selected, by stream; of a nested one "column.property".
    """
    catalog: dict[str, Any] = json.loads(_discovered(tuple(id(stream.schema) for stream in STREAMS)))
    for entry in catalog["streams"]:
        name = entry["tap_stream_id"]
        left_out = [
            [part for step in column.split(".") for part in ("properties", step)]
            for column in (without or {}).get(name, ())
        ]
        entry["metadata"] += [
            {"breadcrumb": place, "metadata": {}}
            for place in left_out
            if place not in [known["breadcrumb"] for known in entry["metadata"]]
        ]
        for known in entry["metadata"]:
            is_root = not known["breadcrumb"]
            known["metadata"]["selected"] = name in streams if is_root else known["breadcrumb"] not in left_out
    return catalog


@cache
def _discovered(_: tuple[int, ...]) -> str:
    """The catalog as JSON; made anew only for other schemas, since it takes a third of a run of one stream."""
    return TapEntra(config={}, validate_config=False).catalog_json_text

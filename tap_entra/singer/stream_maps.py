"""Stream maps: the SDK's own, with errors in a user's expression reported as such."""

from __future__ import annotations

import ast
import copy
import fnmatch
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from singer_sdk.exceptions import MapExpressionError, StreamMapConfigError
from singer_sdk.helpers._flattening import get_flattening_options
from singer_sdk.mapper import (
    NULL_STRING,
    CustomStreamMap,
    PluginMapper,
    RemoveRecordTransform,
    SameRecordTransform,
    StreamMap,
)
from typing_extensions import override

from tap_entra.singer.flattening import Flattening
from tap_entra.singer.marks import DELETED_AT

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator, Mapping, Sequence

    from singer_sdk.helpers._flattening import FlatteningOptions

Row = dict[str, Any]

_FILTER = "__filter__"
#: Errors of the SDK's evaluator whose text holds no value of a row.
_SAFE_TO_SHOW = {"AttributeDoesNotExist", "FeatureNotAvailable", "FunctionNotDefined", "NameNotDefined"}


class MapError(ValueError):
    """A stream map of the user's that cannot be used. Holds no value of a row."""


class MappedStream(StreamMap):
    """A stream map as the user defined it, or no map at all, and then flattening.

    Attributes:
        is_custom: Whether the user has defined a map.
    """

    def __init__(
        self, stream: str, inner: StreamMap, definition: Mapping[str, Any] | None, flattening: Flattening | None
    ) -> None:
        super().__init__(inner.stream_alias, inner.raw_schema, inner.raw_key_properties, None)
        self._stream = stream
        self._inner = inner
        self._definition = definition or {}
        self._flattening = flattening
        self.is_custom = isinstance(inner, CustomStreamMap)
        # Expressions may name the mark of removed rows; a row that is there has none.
        is_named = any(DELETED_AT in expression for _, expression in expressions(self._definition))
        self._mark = {DELETED_AT: None} if is_named and DELETED_AT in inner.raw_schema["properties"] else {}
        schema = flattening.schema if flattening else inner.transformed_schema
        # Even a map that drops all columns it does not name keeps the mark: without it a tombstone says nothing.
        known, columns = inner.raw_schema["properties"], schema["properties"]
        mark = {name: known[name] for name in (DELETED_AT,) if name in known and name not in columns}
        self.transformed_schema = {**schema, "properties": {**columns, **mark}}
        self.transformed_key_properties = inner.transformed_key_properties

    @override
    def transform(self, record: Row) -> Row | None:
        try:
            row = self._inner.transform({**record, **self._mark})
        except Exception as error:  # noqa: BLE001 - an expression may raise anything
            raise self._explained({**record, **self._mark}, error) from None
        if row is None:
            return None
        if self._mark and row.get(DELETED_AT) is None:
            row.pop(DELETED_AT, None)
        return self._flattening.row(row) if self._flattening else row

    def key_of(self, record: Row, keys: Sequence[str]) -> Row | None:
        """Return the key of a row of which only the key is known; None where the map makes it of other columns too."""
        try:
            return {
                key: self._value(key, self._definition[key], record) if self._definition.get(key) else record[key]
                for key in keys
            }
        except Exception:  # noqa: BLE001 - an expression may raise anything
            return None

    @override
    def get_filter_result(self, record: Row) -> bool:
        return self._inner.get_filter_result(record)

    def _explained(self, record: Row, error: Exception) -> Exception:
        """Return the error with the first expression that fails on this row; the same error if none does."""
        for column, expression in expressions(self._definition):
            try:
                self._value(column, expression, record)
            except Exception as failure:  # noqa: BLE001, PERF203 - an expression may raise anything
                return MapError(_failed(self._stream, column, expression, _reason(failure, expression, record)))
        return error

    def _value(self, column: str, expression: str, record: Row) -> Any:
        parsed = cast("ast.Expr", ast.parse(expression).body[0])
        evaluate = cast("CustomStreamMap", self._inner)._eval  # noqa: SLF001 - the SDK offers no other way
        return evaluate(expression, parsed, record, None if column == _FILTER else column)


def mapped_streams(
    streams: Mapping[str, tuple[Mapping[str, Any], Sequence[str]]], config: Mapping[str, Any], logger: logging.Logger
) -> PluginMapper:
    """Return the SDK's mapper with the maps of all streams.

    Args:
        streams: The selected schema and the keys of each stream.

    Raises:
        MapError: `stream_maps` cannot be used.
        ConfigValidationError: The settings of flattening contradict each other.
    """
    settings: Any = copy.deepcopy({name: value for name, value in config.items() if value is not None})
    options = _flattening_options(settings)
    check_stream_maps(settings.get("stream_maps"))
    definitions = {key: one for key, one in settings.get("stream_maps", {}).items() if not key.startswith("__")}
    try:
        settings["flattening_enabled"] = False  # see `Flattening`
        mapper = PluginMapper(settings, logger)
        for name, (schema, keys) in streams.items():
            mapper.register_raw_stream_schema(name, dict(schema), keys)
    except (MapExpressionError, StreamMapConfigError, NotImplementedError) as error:
        raise MapError(
            f"`stream_maps` cannot be used: {str(error).rstrip('.')}. Correct it; nothing was read."
        ) from None
    for name, maps in mapper.stream_maps.items():
        of_stream = _of_stream(definitions, name)
        for place, stream_map in enumerate(maps):
            flattening = Flattening(stream_map.transformed_schema, options) if options else None
            if flattening and flattening.schema == stream_map.transformed_schema:
                flattening = None  # no column is flattened
            is_plain = isinstance(stream_map, SameRecordTransform) and not flattening
            if not is_plain and not isinstance(stream_map, RemoveRecordTransform):
                maps[place] = MappedStream(name, stream_map, of_stream[place], flattening)
    return mapper


def _flattening_options(settings: Any) -> FlatteningOptions | None:
    """Return how to flatten; None where the settings do not ask for it. To level 0 makes each object one JSON text."""
    options = get_flattening_options(settings)
    if options.enabled and options.max_level > 0:
        return options
    return replace(options, max_level=0) if settings.get("json_as_text") else None


def expressions(definition: Any) -> Iterator[tuple[str, str]]:
    """Yield the columns and expressions of a map, the filter first, as they are evaluated."""
    if isinstance(definition, dict):
        if isinstance(definition.get(_FILTER), str):
            yield _FILTER, definition[_FILTER]
        for column, expression in definition.items():
            if isinstance(expression, str) and expression != NULL_STRING and not column.startswith("__"):
                yield column, expression


def unmatched(stream_maps: Any, streams: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield a sentence for each map that changes nothing, and each column that it removes and that is not there.

    Args:
        streams: The whole schema of each stream.
    """
    for key, definition in (stream_maps or {}).items():
        source = definition.get("__source__", key) if isinstance(definition, dict) else key
        matching = fnmatch.filter(streams, source)
        if not matching and not key.startswith("__"):
            yield (
                f"`stream_maps` names {source}, which is not a stream: this map changes and removes nothing. "
                "`tap-entra --discover` names the streams."
            )
        for column, expression in definition.items() if isinstance(definition, dict) else ():
            is_removed = (expression is None or expression == NULL_STRING) and not column.startswith("__")
            if is_removed and matching and not any(column in streams[name]["properties"] for name in matching):
                yield (
                    f"`stream_maps` removes the column {column} from {key}, which has no such column: nothing is "
                    "removed. Check the name."
                )


def _of_stream(definitions: Mapping[str, Any], stream: str) -> list[Any]:
    """Return the definitions of a stream's maps in the order of the SDK: the last that replaces it, then its copies."""
    found: list[Any] = [None]
    for key, definition in definitions.items():
        is_copy = isinstance(definition, dict) and "__source__" in definition
        if is_copy and fnmatch.fnmatch(stream, definition["__source__"]):
            found.append(definition)
        elif not is_copy and fnmatch.fnmatch(stream, key):
            found[0] = definition
    return found


def check_stream_maps(stream_maps: Any) -> None:
    """Find what is wrong with `stream_maps` by itself, before any schema is known.

    Raises:
        MapError: An expression cannot be parsed, or an option has a value that it does not take.
    """
    for key, definition in stream_maps.items() if isinstance(stream_maps, dict) else ():
        if isinstance(definition, dict) and definition.get("__else__") not in (None, NULL_STRING):
            raise MapError(
                f"{key}: `__else__` in `stream_maps` must be null, which removes all columns without a rule."
            )
        for option in ("__alias__", "__source__"):
            if isinstance(definition, dict) and not isinstance(definition.get(option, ""), str):
                raise MapError(f"{key}: `{option}` in `stream_maps` must be the name of a stream.")
        for column, expression in expressions(definition):
            try:
                found = ast.parse(expression).body
            except (SyntaxError, ValueError) as error:
                raise MapError(
                    _failed(key, column, expression, f"it is not a Python expression ({_words(error)})")
                ) from None
            if len(found) != 1 or not isinstance(found[0], ast.Expr):
                raise MapError(_failed(key, column, expression, "it is not a Python expression"))


def _words(error: Exception) -> str:
    return error.msg if isinstance(error, SyntaxError) else str(error)


def _failed(stream: str, column: str, expression: str, reason: str) -> str:
    where = "`__filter__`" if column == _FILTER else f"column {column}"
    return f"{stream}: the expression of {where} in `stream_maps`, {' '.join(expression.split())}, fails: {reason}."


def _reason(failure: Exception, expression: str, record: Row) -> str:
    cause = failure.__cause__ or failure
    if type(cause).__name__ in _SAFE_TO_SHOW:
        text = str(cause).partition(" for expression")[0].partition(" in expression")[0].rstrip(".,")
    else:
        text = type(cause).__name__  # its text may hold a value of the row
    nulls = {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}
    nulls = {name for name in nulls if name in record and record[name] is None}
    return f"{text}, where {' and '.join(sorted(nulls))} is null" if nulls else text

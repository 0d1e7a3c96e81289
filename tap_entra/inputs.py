"""Checks what the tap is started with, before the first request: files, environment, state."""

from __future__ import annotations

import difflib
import io
import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from singer_sdk.helpers._typing import is_integer_type, is_object_type

from tap_entra.singer import bookmark_error

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class InputError(ValueError):
    """A file, variable or setting cannot be used. Says which and what to do; never holds a value of a setting."""


def check_file(file: IO[str] | None, option: str) -> io.StringIO | None:
    """The same file to read again, if it holds a JSON object.

    Raises:
        InputError: It holds something else.
    """
    if file is None:
        return None
    try:
        text = file.read()
    except UnicodeDecodeError:
        raise InputError(f"The file given with {option} is not text in UTF-8. Save it as UTF-8.") from None
    try:
        content = json.loads(text)
    except ValueError as error:
        where = f": {error.msg} in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(
            f"The file given with {option} is not JSON{where}. Correct it, or name another file."
        ) from None
    if not isinstance(content, dict):
        raise InputError(
            f"The file given with {option} does not hold a JSON object, which begins with {{. Correct it, or name "
            "another file."
        )
    return io.StringIO(text)


def check_catalog(file: IO[str] | None) -> IO[str] | None:
    """The same catalog to read again, if its streams have the parts of a Singer catalog.

    Raises:
        InputError: It is not one.
    """
    checked = check_file(file, "--catalog")
    if checked is None:
        return None
    streams = json.loads(checked.getvalue()).get("streams", [])
    parts = {"tap_stream_id": str, "schema": dict, "metadata": list}
    if not isinstance(streams, list) or not all(
        isinstance(one, dict) and all(isinstance(one.get(name), kind) for name, kind in parts.items())
        for one in streams
    ):
        raise InputError(
            "The file given with --catalog is not a Singer catalog: `streams` must be a list of objects with "
            "`tap_stream_id`, `schema` and `metadata`. `tap-entra --discover` writes one."
        )
    return checked


def check_config_file(path: str) -> set[str]:
    """Make sure that a file of settings can be used. Returns their names.

    Raises:
        InputError: It cannot be read, or holds no JSON object.
    """
    try:
        with Path(path).open(encoding="utf-8") as file:
            checked = check_file(file, "--config")
            return set(json.load(checked)) if checked else set()
    except OSError as error:
        raise InputError(
            f"The file given with --config, {path}, cannot be read: {error.strerror}. Check the path."
        ) from None


def check_environment(environment: Mapping[str, str], settings: Mapping[str, Any], prefix: str) -> None:
    """Make sure that settings in environment variables are numbers and JSON objects where they have to be.

    Raises:
        InputError: One is not.
    """
    for name, kind in settings["properties"].items():
        variable = prefix + name.upper()
        if is_integer_type(kind) and not environment.get(variable, "0").strip().lstrip("-").isdecimal():
            raise InputError(f"The environment variable {variable} must be a whole number, or not be set.")
        if is_object_type(kind) and not _is_object(environment.get(variable, "{}")):
            raise InputError(f"The environment variable {variable} must be a JSON object, or not be set.")


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def misspelt(given: Iterable[str], known: Collection[str]) -> list[str]:
    """Return a sentence for each name that resembles a setting, but is not one: the tap would ignore it silently."""
    meant = {name: difflib.get_close_matches(name, known, n=1, cutoff=0.85) for name in set(given) - set(known)}
    return [f"There is no setting {name}; did you mean {near[0]}?" for name, near in sorted(meant.items()) if near]


def usable_state(state: Any) -> tuple[dict[str, Any], list[str]]:
    """Return the usable part of a state, and a sentence for each other part: the tap reads that stream anew."""
    content = state if isinstance(state, dict) else {}
    bookmarks = content.get("bookmarks", {})
    if not isinstance(state, dict) or not isinstance(bookmarks, dict):
        shape = 'a JSON object like {"bookmarks": {"users": {...}}}'
        return {}, [f"The state is not of this tap: it should be {shape}. All streams are read anew."]
    errors = {
        stream: bookmark_error(bookmark) if isinstance(bookmark, dict) else "it is not a JSON object"
        for stream, bookmark in bookmarks.items()
    }
    usable = {stream: bookmark for stream, bookmark in bookmarks.items() if not errors[stream]}
    sentences = [
        f"{stream}: the bookmark in the state cannot be used, because {error}. The stream is read anew."
        for stream, error in errors.items()
        if error
    ]
    return {**content, "bookmarks": usable}, sentences


def hide(message: str, config: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """A message about settings, without the secret ones' values."""
    for name, kind in settings["properties"].items():
        if kind.get("secret") and config.get(name):
            message = message.replace(repr(config[name]), "The value").replace(str(config[name]), "the value")
    return message

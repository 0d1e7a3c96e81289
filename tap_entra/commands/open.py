"""The tap for the commands, with settings read as a run reads them."""

from __future__ import annotations

import json
import signal
import threading
from typing import TYPE_CHECKING, Any

from tap_entra.auth import ConfigError
from tap_entra.tap import TapEntra

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ENVIRONMENT = "ENV"
"""Stands for the variables TAP_ENTRA_… in place of a file, as in every Singer tap."""


def open_tap(config: Sequence[Path], catalog: dict[str, Any] | None = None) -> TapEntra:
    """Return the tap with the settings of these files, or of the environment if there is none. Sends no request.

    Raises:
        ConfigError: A file or variable cannot be read.
    """
    settings: dict[str, Any] = {}
    for path in config:
        if str(path) != ENVIRONMENT:
            settings.update(read_object(path))
    uses_environment = not config or any(str(path) == ENVIRONMENT for path in config)
    try:
        tap = TapEntra(config=settings, catalog=catalog, parse_env_config=uses_environment, validate_config=False)
    except ConfigError:
        raise
    except ValueError as error:
        raise ConfigError(
            f"A setting in the environment, or the catalog, is malformed: {error}.", "Correct it."
        ) from None
    if threading.current_thread() is threading.main_thread():
        # The SDK's handlers are for a run. Here Ctrl-C stops waiting at once.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return tap


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file.

    Raises:
        ConfigError: The file cannot be written.
    """
    try:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.", "Check the path.") from None


def read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises:
        ConfigError: The file cannot be read, or holds no JSON object.
    """
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise ConfigError(f"{path} does not hold a JSON object.", "Check the path and the content.")
    return content

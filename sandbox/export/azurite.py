"""Azurite, Microsoft's emulator of Azure Storage.

It needs Node. Its packages are pinned in package-lock.json and are installed once, without their install scripts. It
listens on this machine alone, sends no telemetry, and keeps its data in memory.

https://learn.microsoft.com/azure/storage/common/storage-use-azurite
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from filelock import FileLock

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

_HERE = Path(__file__).parent
_LOCK = _HERE / "package-lock.json"
_NEEDS = 20  # the version of Node that the pinned packages need
_ACCOUNTS = 200
_STARTS_S = 60
_LISTENS = re.compile(rb"successfully listens on (http://127\.0\.0\.1:\d+)")


class NoNodeError(RuntimeError):
    """There is no Node on this machine, or one that is too old."""


class Account(NamedTuple):
    """A storage account: its address, name and key."""

    url: str
    name: str
    key: str


class Azurite:
    """A running Azurite, for as long as a `with` lasts.

    Args:
        home: Where its packages are, or are installed to.
    """

    def __init__(self, home: Path) -> None:
        self._home = home.absolute()
        self._used = 0

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    def start(self) -> None:
        """Install it if it is not there, and start it.

        Raises:
            NoNodeError: It cannot run here.
        """
        _check_node()
        _install(self._home)
        self._folder = Path(tempfile.mkdtemp(prefix="azurite-"))
        self._log = (self._folder / "log").open("wb")
        options = ["--disableTelemetry", "--inMemoryPersistence", "--skipApiVersionCheck", "--silent"]
        accounts = ";".join(f"{_name(number)}:{_key(number)}" for number in range(_ACCOUNTS))
        self._process = subprocess.Popen(  # noqa: S603 - what the lock file pins
            [str(self._home / "node_modules/.bin/azurite-blob"), "--blobPort", "0", *options],
            cwd=self._folder,
            env={**os.environ, "AZURITE_ACCOUNTS": accounts},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self.url = self._wait()

    def stop(self) -> None:
        """Stop it; its data is gone."""
        self._process.terminate()
        self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_account(self) -> Account:
        """Return an empty account."""
        self._used += 1
        return Account(f"{self.url}/{_name(self._used)}", _name(self._used), _key(self._used))

    def _wait(self) -> str:
        for _ in range(_STARTS_S * 20):
            said = (self._folder / "log").read_bytes()
            if found := _LISTENS.search(said):
                return found[1].decode()
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        self._process.kill()
        raise RuntimeError(f"Azurite does not start: {said.decode(errors='replace')}")


def _name(number: int) -> str:
    return f"sandbox{number:03}"


def _key(number: int) -> str:
    return base64.b64encode(hashlib.sha512(_name(number).encode()).digest()).decode()


def _check_node() -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        raise NoNodeError("Node is not installed, and Azurite needs it.")
    version = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout  # noqa: S607
    if int(version.lstrip("v").partition(".")[0]) < _NEEDS:
        raise NoNodeError(f"Node is {version.strip()}, and Azurite needs {_NEEDS} or later.")


def _install(home: Path) -> None:
    """Install what the lock file pins. It takes half a minute."""
    wanted = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    mark = home / "installed"
    home.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(home.with_suffix(".lock")):
        if mark.exists() and json.loads(mark.read_text()) == wanted:
            return
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        for file in (_LOCK, _HERE / "package.json"):
            shutil.copy(file, home)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=home, check=False, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"Azurite could not be installed:\n{done.stderr}")
        mark.write_text(json.dumps(wanted))

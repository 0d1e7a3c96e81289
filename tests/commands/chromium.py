"""A real browser without a window, driven over a pipe.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The sandbox's authority is a throwaway.
    "--ignore-certificate-errors",
    "--remote-debugging-pipe",
    "about:blank",
)
PATIENCE_S = 30


class Chromium:
    """One window, for as long as a `with` lasts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._asked = 0
        self._buffer = b""

    def __enter__(self) -> Self:
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        # The browser takes commands on its descriptor 3 and answers on 4.
        script = f'exec "$@" 3<&{commands} 4>&{answers}'
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", script, "chromium", str(PROGRAM), f"--user-data-dir={self._folder}", *OPTIONS],
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        self._session: str | None = None
        window = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=window, flatten=True)["sessionId"]
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=PATIENCE_S)
        os.close(self._commands)
        os.close(self._answers)

    def open(self, url: str) -> None:
        """Type an address."""
        self._ask("Page.navigate", url=url)

    def click(self, label: str) -> None:
        """Click the button that says so, as soon as there is one."""
        button = f"[...document.querySelectorAll('button')].find(one => one.textContent == {json.dumps(label)})"
        self._wait_for(f"({button}?.click(), !!{button})")

    def wait_to_read(self, words: str) -> None:
        """Wait until the page says this."""
        self._wait_for(f"document.body.innerText.includes({json.dumps(words)})")

    def _wait_for(self, condition: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._evaluate(condition):
            if time.monotonic() > deadline:
                raise AssertionError(self._evaluate("document.body.innerText"))
            time.sleep(0.05)

    def _evaluate(self, script: str) -> Any:
        answer = self._ask("Runtime.evaluate", expression=f"document.body && {script}", returnByValue=True)
        return answer.get("result", {}).get("value")

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            # Events come in between, and go unheard.
            answer = self._next_message()
            if answer.get("id") == self._asked:
                result: dict[str, Any] = answer.get("result", {})
                return result

    def _next_message(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = os.read(self._answers, 65536)
            assert chunk, "Chromium has ended"
            self._buffer += chunk
        message, _, self._buffer = self._buffer.partition(b"\0")
        decoded: dict[str, Any] = json.loads(message)
        return decoded

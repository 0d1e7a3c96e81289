"""What the tests of pages ask of a browser beyond opening and clicking."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any

from tests.commands.chromium import PATIENCE_S, Chromium

if TYPE_CHECKING:
    from pathlib import Path

_KEYS = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowDown": 40, "ArrowRight": 39, " ": 32}


class Browser(Chromium):
    """A window for pages that draw themselves: it sets size and colours, types, and reads grids."""

    def size(self, width: int, height: int, scale: float = 1) -> None:
        """Give the window a size in pixels."""
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    def dark(self) -> None:
        """Prefer dark colours."""
        self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])

    def zone(self, name: str) -> None:
        """Live in a time zone."""
        self._ask("Emulation.setTimezoneOverride", timezoneId=name)

    def run(self, script: str) -> Any:
        """Return what a script, or the promise that it makes, comes to."""
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer.get("result", {}).get("value")

    def until(self, condition: str, patience_s: float = PATIENCE_S) -> None:
        """Wait for a condition."""
        deadline = time.monotonic() + patience_s
        while not self.run(condition):
            assert time.monotonic() < deadline, (condition, self.run("document.body.innerText"))
            time.sleep(0.05)

    def settle(self) -> None:
        """Wait until the page has been made and nothing moves any more."""
        self.until("!!document.querySelector('h1')")
        self.until("document.querySelector('[data-testid=stApp]')?.dataset.testScriptState == 'notRunning'")
        boxes = "JSON.stringify([...document.querySelectorAll('canvas, p')].map(one => one.getBoundingClientRect()))"
        before = None
        while before != (before := self.run(boxes)):
            time.sleep(0.5)

    def grid(self, number: int = 0) -> list[list[str]]:
        """Return the rows of a table on the page, its heads first."""
        self.until(f"document.querySelectorAll('table[role=grid]').length > {number}")
        script = f"""
            [...document.querySelectorAll('table[role=grid]')[{number}].querySelectorAll('tr')]
                .map(row => [...row.children].map(cell => cell.textContent))
        """
        rows: list[list[str]] = self.run(script)
        return rows

    def press(self, key: str) -> None:
        """Press a key."""
        code = _KEYS[key]
        text = {"Enter": "\r", " ": " "}.get(key, "")
        named = {"key": key, "code": key.replace(" ", "Space"), "windowsVirtualKeyCode": code}
        self._ask("Input.dispatchKeyEvent", type="keyDown", text=text, **named)
        self._ask("Input.dispatchKeyEvent", type="keyUp", **named)

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        self._ask("Input.insertText", text=text)

    def press_at(self, x: float, y: float) -> None:
        """Click at a point of the window."""
        self._ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        # The grid looks where the pointer is only once it has drawn itself.
        time.sleep(0.1)
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self, file: Path) -> None:
        """Save what the window shows."""
        file.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"]))

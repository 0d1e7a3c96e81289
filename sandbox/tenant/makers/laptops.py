"""What people work on; the device in the directory and the device in a sign-in row are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from sandbox.tenant.makers.people import Person

WINDOWS = (
    ("Windows 11", "Edge 146.0.0", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/146.0.0.0"),
    ("Windows 11", "Chrome 146.0.0", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/146.0.0.0"),
    ("Windows10", "Edge 139.0.0", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/139.0.0.0"),
)
OTHERS = (
    ("MacOs", "Safari 26.1", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.1 Safari/605.1.15"),
    ("MacOs", "Chrome 146.0.0", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/146.0.0.0"),
    ("Ios 26.1", "Mobile Safari", "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) Mobile/15E148"),
    ("Android 16", "Chrome Mobile 146.0.0", "Mozilla/5.0 (Linux; Android 16) Chrome/146.0.0.0 Mobile"),
    ("Linux", "Firefox 147.0", "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Firefox/147.0"),
)


class Laptop(NamedTuple):
    """The computer a person usually signs in from.

    `device_id` is "" where the directory does not know the device, as the sign-in log has it.
    """

    device_id: str
    object_id: str
    name: str | None
    system: str
    browser: str
    user_agent: str
    managed: bool


def laptop_of(person: Person) -> Laptop:
    """A person's computer; it stays the same for as long as they have the account."""
    throw = Draw(b"laptop " + person.id.encode(), person.number)
    system, browser, agent = (WINDOWS + OTHERS)[throw.below(8)] if throw.below(3) else WINDOWS[throw.below(3)]
    if person.kind != "employee" or throw.below(10) == 0:
        return Laptop("", "", None, system, browser, agent, managed=False)
    name = f"{person.office.code}-{system[:3].upper()}-{person.number:05}"
    return Laptop(throw.id, throw.other_id, name, system, browser, agent, managed=throw.below(10) > 1)

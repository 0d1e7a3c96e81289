"""Whose picture it is, and what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.loader import Row
    from tests.warehouse import Project, Run

STREAM = "profile_photos"


def bytes_asked(run: Run) -> int:
    return sum(count for path, count in run.asked.items() if path.endswith("/$value"))


def row_of(project: Project, user_id: str) -> Row:
    return project.warehouse.tables[STREAM][user_id,]


def someone(project: Project, *, with_photo: bool = True) -> str:
    # Not the administrator whose sign-in the tap uses, since some of them leave.
    users = list(project.tenant.directory["users"].live)[1:]
    return next(user_id for user_id in users if (user_id in project.tenant.photos) == with_photo)

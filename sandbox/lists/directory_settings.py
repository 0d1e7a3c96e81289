"""Settings of the directory and of groups, as name and value.

https://learn.microsoft.com/graph/api/group-list-settings
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList, scopes
from sandbox.tenant.rng import named_guid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_SETTINGS = {
    ("Group.Unified", "62375ab9-6b52-47ed-826b-58e47e0e304b"): {
        "EnableGroupCreation": "false",
        "AllowGuestsToAccessGroups": "true",
        "UsageGuidelinesUrl": "",
    },
    ("Password Rule Settings", "5cf42378-d67d-4f36-ba46-e8b86229381d"): {
        "BannedPasswordCheckOnPremisesMode": "Audit",
        "LockoutThreshold": "10",
    },
}


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    for (name, template), values in _SETTINGS.items():
        yield {
            "id": named_guid(f"setting {tenant.id} {template}"),
            "displayName": name,
            "templateId": template,
            "values": [{"name": key, "value": value} for key, value in values.items()],
        }


DIRECTORY_SETTINGS = GraphList(
    path="groupSettings",
    entity="groupSetting",
    scopes=scopes("GroupSettings.Read.All"),
    first_rows=_first_rows,
    expected={"directory_settings": listed("groupSettings")},
    versions=frozenset({"v1.0"}),
    options=frozenset(),
    page_default=None,
)
#: The same list under its name in beta.
DIRECTORY_SETTINGS_BETA = GraphList(
    path="settings",
    entity="directorySetting",
    scopes=scopes("GroupSettings.Read.All"),
    first_rows=_first_rows,
    versions=frozenset({"beta"}),
    options=frozenset(),
    page_default=None,
)

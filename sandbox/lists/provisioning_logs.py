"""The provisioning log: what Microsoft's provisioning service created and changed.

https://learn.microsoft.com/graph/api/provisioningobjectsummary-list
"""

from __future__ import annotations

from sandbox.lists.expected import logged
from sandbox.lists.spec import GraphLog

PROVISIONING_LOGS = GraphLog(
    path="auditLogs/provisioning",
    entity="provisioningObjectSummary",
    moment="activityDateTime",
    sources={"": "provisioning"},
    premium=True,
    expected={"provisioning_logs": logged("provisioning")},
)

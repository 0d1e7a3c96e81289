"""The audit log: changes of the directory.

https://learn.microsoft.com/graph/api/directoryaudit-list
"""

from __future__ import annotations

from sandbox.lists.expected import logged
from sandbox.lists.spec import GraphLog

DIRECTORY_AUDITS = GraphLog(
    path="auditLogs/directoryAudits",
    entity="directoryAudit",
    moment="activityDateTime",
    sources={"": "directoryAudits"},
    premium=False,
    expected={"directory_audits": logged("directoryAudits")},
)

"""Sign-in logs: interactive ones, and in beta three more kinds by `signInEventTypes`.

https://learn.microsoft.com/graph/api/signin-list
"""

from __future__ import annotations

from sandbox.lists.expected import logged
from sandbox.lists.spec import GraphLog

SIGN_INS = GraphLog(
    path="auditLogs/signIns",
    entity="signIn",
    moment="createdDateTime",
    # A list without a filter shows the first alone.
    sources={
        "interactiveUser": "signIns",
        "nonInteractiveUser": "nonInteractiveUser",
        "servicePrincipal": "servicePrincipal",
        "managedIdentity": "managedIdentity",
    },
    premium=True,
    expected={
        "sign_ins": logged("signIns"),
        "non_interactive_sign_ins": logged("nonInteractiveUser"),
        "service_principal_sign_ins": logged("servicePrincipal"),
        "managed_identity_sign_ins": logged("managedIdentity"),
    },
)

"""The list as manifests for Kubernetes: a CronJob per schedule, whose Job runs one pod per tenant.

Indexed Jobs: https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from tenants.file import FileError, Tenants
from tenants.tenant import CERTIFICATE, FEDERATION, PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenants.tenant import Tenant

Manifest = dict[str, Any]

_LIST = "/etc/entra"
_USER = 10001
#: Runs per tenant after one that failed.
_RETRIES = 2
_KEPT_S = 3 * 24 * 3600


def manifests(tenants: Tenants, content: str, image: str) -> Iterator[Manifest]:
    """Yield a ConfigMap with the list, and a CronJob for each schedule.

    Args:
        content: The list as it is in its file.

    Raises:
        FileError: A tenant needs what a pod does not have, or the schedules are more than the runs at once.
    """
    for tenant in tenants.all:
        if tenant.permissions["model"] == PERSON:
            raise FileError(
                f"tenant {tenant.id!r}: a person's sign-in needs a volume of its own. Use certificate or federation, "
                "or see docs/deployment.md."
            )
    # The name changes with the content, so a Job that runs keeps the numbers that its tenants have.
    name = f"entra-tenants-{hashlib.sha256(content.encode()).hexdigest()[:10]}"
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name},
        "immutable": True,
        "data": {"tenants.yml": content},
    }
    for schedule, parallelism in shares(tenants).items():
        yield _cron_job(tenants.due(schedule), schedule, parallelism, name, image)


def shares(tenants: Tenants) -> dict[str, int]:
    """Divide the runs at once between the schedules: their times may overlap.

    Raises:
        FileError: There are more schedules than runs at once.
    """
    if len(tenants.schedules) > tenants.at_once:
        raise FileError(f"There are {len(tenants.schedules)} schedules, and at most {tenants.at_once} runs at once.")
    sizes = {schedule: len(tenants.due(schedule)) for schedule in tenants.schedules}
    found = dict.fromkeys(sizes, 1)
    for _ in range(tenants.at_once - len(found)):
        # To the one with the most tenants for each run.
        needy = max(sizes, key=lambda schedule: sizes[schedule] / found[schedule])
        if found[needy] < sizes[needy]:
            found[needy] += 1
    return found


def _cron_job(due: Sequence[Tenant], schedule: str, parallelism: int, config_map: str, image: str) -> Manifest:
    words = re.sub("[^0-9a-z]+", "-", schedule.lower().replace("*", "x")).strip("-")
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": f"entra-tenants-{words}"},
        "spec": {
            "schedule": schedule,
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {
                "spec": {
                    "completionMode": "Indexed",
                    "completions": len(due),
                    "parallelism": parallelism,
                    # Each tenant has its own tries, and one that fails stops no other.
                    "backoffLimitPerIndex": _RETRIES,
                    # A new pod of a tenant waits until the old one is gone.
                    "podReplacementPolicy": "Failed",
                    "ttlSecondsAfterFinished": _KEPT_S,
                    "template": {"spec": _pod(due, schedule, config_map, image)},
                }
            },
        },
    }


def _pod(due: Sequence[Tenant], schedule: str, config_map: str, image: str) -> Manifest:
    secrets = [*_secrets(due)]
    written = ("/var/lib/entra", "/tmp")  # noqa: S108 - as the image has it
    container = {
        "name": "tap-entra",
        "image": image,
        "args": ["python", "-m", "tenants", "run-indexed", schedule],
        "env": [
            {"name": "ENTRA_TENANTS_FILE", "value": f"{_LIST}/tenants.yml"},
            # Without it, bookmarks would end with the pod.
            {
                "name": "MELTANO_DATABASE_URI",
                "valueFrom": {"secretKeyRef": {"name": "entra", "key": "MELTANO_DATABASE_URI"}},
            },
        ],
        "envFrom": [{"secretRef": {"name": "entra"}}],
        "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"memory": "2Gi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [
            {"name": "list", "mountPath": _LIST, "readOnly": True},
            *({"name": f"written-{number}", "mountPath": path} for number, path in enumerate(written)),
            *(
                {"name": f"secret-{number}", "mountPath": folder, "readOnly": True}
                for number, (folder, _) in enumerate(secrets)
            ),
        ],
    }
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "serviceAccountName": "tap-entra",
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "fsGroup": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [
            {"name": "list", "configMap": {"name": config_map}},
            *({"name": f"written-{number}", "emptyDir": {}} for number in range(len(written))),
            *({"name": f"secret-{number}", **source} for number, (_, source) in enumerate(secrets)),
        ],
    }


def _secrets(due: Sequence[Tenant]) -> Iterator[tuple[str, Manifest]]:
    """Yield each folder that a permission model reads from, and the volume for it."""
    certificates = {_folder(tenant, "certificate_path") for tenant in due if tenant.permissions["model"] == CERTIFICATE}
    for folder in sorted(certificates):
        yield folder, {"secret": {"secretName": "entra-app", "defaultMode": 0o440}}
    tokens = {
        (_folder(tenant, "federated_token_path"), PurePosixPath(tenant.permissions["federated_token_path"]).name)
        for tenant in due
        if tenant.permissions["model"] == FEDERATION
    }
    for folder, file in sorted(tokens):
        token = {"audience": "api://AzureADTokenExchange", "path": file, "expirationSeconds": 3600}
        yield folder, {"projected": {"sources": [{"serviceAccountToken": token}]}}


def _folder(tenant: Tenant, setting: str) -> str:
    return str(PurePosixPath(tenant.permissions[setting]).parent)

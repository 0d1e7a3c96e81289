"""The list as manifests: valid for Kubernetes, with the cap, and each tenant once."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tenants import kubernetes
from tenants.file import FileError, read
from tenants.kubernetes import shares
from tests.environments import environment
from tests.tenants.test_file import APP, tenant, written
from tests.warehouse import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FEDERATION = {"model": "federation", "client_id": "app", "federated_token_path": "/var/run/entra/token"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Fifty tenants at three, two of them with a platform's token, and one an hour before."""
    many = [tenant(f"t{n}", permissions=FEDERATION if n < 2 else APP) for n in range(50)]
    return written(tmp_path, *many, tenant("early", schedule="0 2 * * 1-5"))


def manifests(path: Path) -> list[dict[str, Any]]:
    command: list[str | Path] = [sys.executable, "-m", "tenants", "--file", path, "kubernetes", "--image", "entra:1"]
    said = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    return list(yaml.safe_load_all(said))


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    """The specification of the Job of each schedule."""
    crons = [one["spec"] for one in manifests(path) if one["kind"] == "CronJob"]
    assert {cron["concurrencyPolicy"] for cron in crons} == {"Forbid"}
    return {cron["schedule"]: cron["jobTemplate"]["spec"] for cron in crons}


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.31.0", "1.37.0"])
def test_kubernetes_schemas_accept_the_manifests(path: Path, tmp_path: Path, version: str) -> None:
    program = environment("kubernetes", ROOT / "requirements-kubernetes.lock") / "kubernetes-validate"

    def refused(documents: list[dict[str, Any]]) -> int:
        (tmp_path / "all.yml").write_text(yaml.safe_dump_all(documents))
        return subprocess.run([program, "--strict", "-k", version, tmp_path / "all.yml"], check=False).returncode

    documents = manifests(path)
    assert refused(documents) == 0
    documents[1]["spec"]["jobTemplate"]["spec"]["paralelism"] = 1
    assert refused(documents) != 0


def test_no_more_pods_than_the_list_allows_also_when_schedules_overlap(path: Path) -> None:
    found = jobs(path)

    assert {schedule: job["parallelism"] for schedule, job in found.items()} == {"0 3 * * *": 19, "0 2 * * 1-5": 1}
    assert {schedule: job["completions"] for schedule, job in found.items()} == {"0 3 * * *": 50, "0 2 * * 1-5": 1}
    assert {job["completionMode"] for job in found.values()} == {"Indexed"}


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((1,), (1,)), ((3, 3), (3, 3)), ((100, 100), (10, 10)), ((198, 1, 1), (18, 1, 1)), ((5, 30), (3, 17))],
)
def test_runs_are_divided_by_the_number_of_tenants(
    sizes: tuple[int, ...], expected: tuple[int, ...], tmp_path: Path
) -> None:
    entries = [
        tenant(f"t{hour}-{n}", schedule=f"0 {hour} * * *") for hour, size in enumerate(sizes) for n in range(size)
    ]

    assert tuple(shares(read(written(tmp_path, *entries))).values()) == expected


def test_more_schedules_than_runs_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, tenant("a"), tenant("b", schedule="0 2 * * *"), at_once=1)

    with pytest.raises(FileError, match="2 schedules, and at most 1"):
        shares(read(path))


def test_each_number_is_a_tenant(path: Path, tmp_path: Path) -> None:
    (job,) = [job for schedule, job in jobs(path).items() if schedule == "0 3 * * *"]
    container = job["template"]["spec"]["containers"][0]
    seen = []
    for index in ("0", "49", "50"):
        done = subprocess.run(
            # The `python` of the image is that of the environment with Meltano.
            [sys.executable, *container["args"][1:], "--", "env"],
            check=False,
            cwd=ROOT,
            env={
                "JOB_COMPLETION_INDEX": index,
                "ENTRA_TENANTS_FILE": str(path),
                "ENTRA_STATE": str(tmp_path),
                "MELTANO_DATABASE_URI": "postgresql+psycopg://warehouse/meltano",
                "MELTANO_SYS_DIR_ROOT": str(tmp_path / "meltano"),
                "PATH": os.defpath,
            },
            capture_output=True,
            text=True,
        )
        seen.append((done.returncode, "MELTANO_RUN_STATE_ID_SUFFIX=t" + index in done.stdout.splitlines()))

    assert seen == [(0, True), (0, True), (2, False)]


def test_pods_write_nowhere_but_to_their_volumes_and_read_their_secrets(path: Path) -> None:
    (pod,) = [job["template"]["spec"] for schedule, job in jobs(path).items() if schedule == "0 3 * * *"]
    (container,) = pod["containers"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    mounts = {mount["mountPath"]: volumes[mount["name"]] for mount in container["volumeMounts"]}

    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert {path for path, volume in mounts.items() if "emptyDir" in volume} == {"/var/lib/entra", "/tmp"}
    assert mounts["/run"]["secret"]["secretName"] == "entra-app"
    (source,) = mounts["/var/run/entra"]["projected"]["sources"]
    assert source["serviceAccountToken"]["path"] == "token"
    config, *_ = manifests(path)
    assert mounts["/etc/entra"]["configMap"]["name"] == config["metadata"]["name"]
    assert yaml.safe_load(config["data"]["tenants.yml"]) == yaml.safe_load(path.read_text())


def test_another_list_is_another_config_map(path: Path) -> None:
    before = manifests(path)[0]["metadata"]["name"]
    path.write_text(path.read_text() + "at_once: 5\n")

    assert manifests(path)[0]["metadata"]["name"] != before


def test_a_persons_sign_in_has_no_place_in_a_pod(tmp_path: Path) -> None:
    path = written(tmp_path, tenant("a", permissions={"model": "person", "client_id": "app"}))

    with pytest.raises(FileError, match="tenant 'a': a person's sign-in needs a volume"):
        list(kubernetes.manifests(read(path), path.read_text(), "entra:1"))

"""The list of tenants: what it says of each, and what it must not say."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tap_entra.config_schema import SETTINGS
from tenants.__main__ import main
from tenants.file import SCHEMA, FileError, read
from tests.warehouse import ROOT

if TYPE_CHECKING:
    from pathlib import Path

APP = {"model": "certificate", "client_id": "app", "certificate_path": "/run/app.pem"}


def tenant(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "tenant_id": f"{id_}.example", **more}


def written(folder: Path, *entries: dict[str, Any], **more: Any) -> Path:
    path = folder / "tenants.yml"
    path.write_text(yaml.safe_dump({"defaults": {"permissions": APP}, "tenants": [*entries], **more}))
    return path


def variables(path: Path, id_: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What a shell has after `eval "$(python -m tenants env ID)"`."""
    assert main(["--file", str(path), "--folder", "/state", "env", id_]) == 0
    script = f"{capsys.readouterr().out}\nenv -0"
    done = subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True, env={"PATH": os.defpath})
    return dict(line.split("=", 1) for line in done.stdout.split("\0") if line)


def test_an_entry_becomes_variables_and_a_suffix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, tenant("contoso-uk", settings={"report_share": 50, "json_as_text": True}))

    found = variables(path, "contoso-uk", capsys)

    assert found["MELTANO_RUN_STATE_ID_SUFFIX"] == "contoso-uk"
    assert found["TAP_ENTRA_TENANT_ID"] == "contoso-uk.example"
    assert found["TAP_ENTRA_AUTH_FLOW"] == "client_credentials"
    assert found["TAP_ENTRA_CERTIFICATE_PATH"] == "/run/app.pem"
    assert found["TAP_ENTRA_REPORT_SHARE"] == "50"
    assert found["TAP_ENTRA_JSON_AS_TEXT"] == "true"
    schemas = ("TAP_ENTRA__LOAD_SCHEMA", "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA", "ENTRA_RAW_SCHEMA")
    assert {found[name] for name in schemas} == {"entra_contoso_uk"}
    assert "TAP_ENTRA__SELECT" not in found


@pytest.mark.parametrize(
    ("permissions", "flow", "own"),
    [
        (APP, "client_credentials", {"TAP_ENTRA_CERTIFICATE_PATH": "/run/app.pem"}),
        (
            {"model": "federation", "client_id": "app", "federated_token_path": "/run/token"},
            "workload_identity",
            {"TAP_ENTRA_FEDERATED_TOKEN_PATH": "/run/token"},
        ),
        (
            {"model": "person", "client_id": "app"},
            "delegated",
            {"TAP_ENTRA_TOKEN_CACHE_PATH": "/state/contoso/token-cache.json"},
        ),
    ],
)
def test_each_permission_model_is_a_flow_of_the_tap(
    permissions: dict[str, str],
    flow: str,
    own: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = written(tmp_path, tenant("contoso", permissions=permissions))

    found = variables(path, "contoso", capsys)

    assert found["TAP_ENTRA_AUTH_FLOW"] == flow
    assert found.items() >= own.items()


def test_a_tenant_says_what_differs_from_the_defaults(tmp_path: Path) -> None:
    other = {"model": "person", "client_id": "other"}
    defaults = {"permissions": APP, "schedule": "0 1 * * *", "select": ["users.*"], "settings": {"cloud": "usgov"}}
    own = {"permissions": other, "schema": "south", "schedule": "0 2 * * *", "select": ["domains.*"]}
    path = written(tmp_path, tenant("north"), tenant("south", **own, settings={"max_in_flight": 2}), defaults=defaults)

    tenants = read(path)

    north, south = tenants.all
    assert (north.schema, north.schedule, north.select) == ("entra_north", "0 1 * * *", ("users.*",))
    assert (south.schema, south.schedule, south.select) == ("south", "0 2 * * *", ("domains.*",))
    assert south.permissions == other
    assert south.settings == {"cloud": "usgov", "max_in_flight": 2}
    assert tenants.due("0 2 * * *") == (south,)
    assert tenants.schedules == ("0 1 * * *", "0 2 * * *")


@pytest.mark.parametrize(
    ("entries", "more", "problem"),
    [
        ([tenant("a"), tenant("a")], {}, "a and a share the id a"),
        ([tenant("a", tenant_id="x.example"), tenant("b", tenant_id="X.example")], {}, "share the tenant_id x.example"),
        ([tenant("a", schema="same"), tenant("b", schema="same")], {}, "a and b share the schema same"),
        ([tenant("a", schema="entra"), tenant("b", schema="entra_views")], {}, "share the schema entra_views"),
        ([tenant("a")], {"at_once": 21}, "at_once: 21 is greater than the maximum of 20"),
        ([tenant("a")], {"defaults": {}}, "tenant 'a' has no permissions"),
        ([tenant("a", permissions={**APP, "model": "gdap"})], {}, "permissions.model: 'gdap' is not one of"),
        ([tenant("a", permissions={**APP, "model": "person"})], {}, "'certificate_path' is not one of"),
        ([tenant("a", permissions={"model": "certificate", "client_id": "b"})], {}, "'certificate_path' is a required"),
        ([tenant("a", settings={"client_secret": "hush"})], {}, "'client_secret' is not one of"),
        ([tenant("a", schedule="daily")], {}, "schedule: 'daily' does not match"),
        ([tenant("a", schema="Entra")], {}, "schema: 'Entra' does not match"),
        ([tenant("a", inherit_from="b")], {}, "'inherit_from' was unexpected"),
        ([tenant("a:b")], {}, "id: 'a:b' does not match"),
    ],
)
def test_what_is_wrong_is_named(
    entries: list[dict[str, Any]], more: dict[str, Any], problem: str, tmp_path: Path
) -> None:
    with pytest.raises(FileError) as caught:
        read(written(tmp_path, *entries, **more))

    assert problem in str(caught.value)


def test_a_wrong_list_runs_no_tenant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, tenant("a"), tenant("b", schedule="never"))

    assert main(["--file", str(path), "--folder", str(tmp_path), "run", "a", "--", "touch", str(tmp_path / "ran")]) == 2

    assert "tenants[1].schedule" in capsys.readouterr().err
    assert not (tmp_path / "ran").exists()


def test_the_list_takes_each_setting_of_the_tap_that_is_no_secret() -> None:
    schema = json.loads(SCHEMA.read_text())["$defs"]
    allowed = {*schema["settings"]["propertyNames"]["enum"], *schema["permissions"]["properties"], "tenant_id"}
    # The permission model says how to sign in, and `managed_identity` reads the tenant of the machine alone.
    given = {"model", "auth_flow", "token_cache_path", "managed_identity_client_id"}
    secrets = {name for name, setting in SETTINGS["properties"].items() if setting.get("secret")}

    assert allowed - {"model"} == SETTINGS["properties"].keys() - given - secrets


def test_the_example_is_a_list() -> None:
    assert [tenant.id for tenant in read(ROOT / "tenants/tenants.example.yml").all] == [
        "contoso",
        "fabrikam",
        "northwind",
    ]

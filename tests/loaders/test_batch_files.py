"""Batch files through other loaders than the shipped one, and through object storage."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph.odata import parse_instant
from tests.batches import differences, files_in, messages, table, ways
from tests.environments import environment
from tests.exports import STARTS
from tests.loaders.loader import Place
from tests.loaders.loaders import LOADERS
from tests.loaders.servers import make_bucket, object_storage, objects, without_proxies
from tests.warehouse import ROOT, selection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("loaders")]

#: What suits loaders that have no type for lists and objects.
TEXT = {"json_as_text": True, "soft_deletes": "rows"}


@pytest.mark.parametrize("package", ["meltanolabs-target-csv", "target-entra-duckdb"])
def test_another_loader_has_the_same_rows(package: str, new_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    sandbox = new_sandbox(users=10, sign_ins=200, starts=STARTS)
    (loader,) = (one for one in LOADERS if one.package == package)
    no_database: Any = None
    found = {}
    for way, settings in {"rows": {}, "files": files_in(tmp_path / "batches", batch_size=80)}.items():
        place = Place(tmp_path / way, no_database)
        place.folder.mkdir()
        loader.prepare(place)
        sent = messages(sandbox, {}, "sign_ins", "domains", **TEXT, **settings)
        (place.folder / "messages").write_bytes(sent)
        assert loader.load(place, place.folder / "messages") == ""
        assert ways(sent)["BATCH"] == ({"sign_ins"} if way == "files" else set())
        rows = loader.tables(place).merged("sign_ins", ["id"])
        found[way] = {
            key: {
                name: parse_instant(value.replace(" ", "T")) if name == "createddatetime" else value
                for name, value in row.items()
                if not name.startswith("sdc")
            }
            for key, row in rows.items()
        }

    assert found["rows"]
    assert differences(found["rows"], found["files"]) == []


def test_parquet_in_object_storage_gives_the_same_table(new_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    sandbox = new_sandbox(users=10, sign_ins=200, starts=STARTS, postgres=True)
    programs = environment("batch", ROOT / "requirements-batch.lock")
    with object_storage(tmp_path) as storage:
        make_bucket(storage, "entra")
        batches = {"encoding": {"format": "parquet"}, "storage": {"root": "s3://entra/batches"}, "batch_size": 80}
        for schema, settings in {"rows": {}, "files": {"batch_config": batches}}.items():
            sent = _piped(programs, sandbox, storage, tmp_path, schema, **settings)
            assert ways(sent)["BATCH"] == ({"sign_ins"} if settings else set())
        names = [name for name, _ in objects(storage, "entra")]

    assert len(names) > 1
    assert all(name.endswith(".parquet") for name in names)
    expected, found = (table(sandbox, schema, "sign_ins") for schema in ("rows", "files"))
    assert expected
    assert differences(expected, found) == []


def _piped(programs: Path, sandbox: Sandbox, storage: str, folder: Path, schema: str, **settings: Any) -> bytes:
    """Run tap and loader in an environment that has what Parquet and S3 need. Returns the messages."""
    environment_ = {**without_proxies(), **sandbox.environment(), "AWS_ENDPOINT_URL": storage}
    loads = {"sqlalchemy_url": sandbox.postgres.url, "default_target_schema": schema, "use_copy": True}
    reads = {**sandbox.settings, **TEXT, **settings}
    sent = b""
    for command, config in (([programs / "python", "-m", "tap_entra"], reads), ([programs / "target-postgres"], loads)):
        file = folder / "config.json"
        file.write_text(json.dumps(config))
        if config is reads:
            (folder / "catalog.json").write_text(json.dumps(selection("sign_ins")))
            command += ["--catalog", folder / "catalog.json"]
        done = subprocess.run(
            [*command, "--config", file], check=False, cwd=ROOT, env=environment_, input=sent, capture_output=True
        )
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        sent = sent or done.stdout
    return sent

"""Removals on the real loader, which sets to NULL what a row lacks and drains its sinks out of order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sandbox import Sandbox
from tests.pipeline import Pipeline
from tests.test_daily_run import assert_removed_keep_what_was_known, assert_table_equals_tenant, live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.e2e]


@pytest.fixture
def users_only(tmp_path: Path) -> Iterator[Pipeline]:
    with Sandbox(users=12_500, sign_ins=0, seed=5, postgres=True) as sandbox:
        pipeline = Pipeline(sandbox, tmp_path)
        catalog = json.loads((tmp_path / "catalog.json").read_text())
        for stream in catalog["streams"]:
            (root,) = (entry for entry in stream["metadata"] if entry["breadcrumb"] == [])
            root["metadata"]["selected"] = stream["tap_stream_id"] == "users"
        (tmp_path / "catalog.json").write_text(json.dumps(catalog))
        yield pipeline


def test_leavers_keep_name_and_mail_whether_one_leaves_or_ten_thousand(users_only: Pipeline) -> None:
    tenant = users_only.sandbox.tenant
    users = tenant.directory["users"]
    users_only.run()

    for leavers in (1, 999, 1_000, 10_001):
        past = live(users_only.table("users"))
        _admin, *others = list(users.live)
        gone, back = others[:leavers], others[leavers : leavers + 3]
        for id_ in [*gone, *back]:
            users.soft_delete(id_, tenant.now())
        for id_ in back:
            users.restore(id_, tenant.now())
        users_only.run()

        assert_table_equals_tenant(users_only, "users")
        assert assert_removed_keep_what_was_known(users_only, "users", past) == leavers

"""Rows as the sandbox makes them, kept to be replayed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from unittest import mock

import msgspec

from sandbox import Sandbox
from tap_entra.tap import TapEntra
from tests.benchmarks import replay

if TYPE_CHECKING:
    from pathlib import Path


def record(folder: Path) -> None:
    """A page of people and a page of sign-ins, as the tap asks for them."""
    with Sandbox(users=1_500, sign_ins=1_500) as sandbox, mock.patch.dict(os.environ, sandbox.environment()):
        sandbox.faults.empty_pages = 0
        tap = TapEntra(config=sandbox.settings)
        urls = {"sign_ins": "/v1.0/auditLogs/signIns?$top=1000", "users": tap.streams["users"].list_url()}
        replay.save(folder, {kind: tap.client.get(url, decode=_rows)["rows"] for kind, url in urls.items()})
        tap.client.close()


def _rows(content: bytes) -> dict[str, Any]:
    body = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    return {"rows": [bytes(row) for row in msgspec.json.decode(body["value"], type=list[msgspec.Raw])]}

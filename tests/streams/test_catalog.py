"""Each stream is one short file that says what it is, what it needs, and what its columns mean."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import tap_entra.streams
from sandbox.consent import CONNECT_SCOPES, OPTIONAL_SCOPES
from tap_entra.auth import more_than_reading
from tap_entra.replication import BatchedLinkStream, LinkStream, RunsStream
from tap_entra.streams import STREAMS
from tests.documentation.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(str(tap_entra.streams.__file__)).parent
READ = [stream for stream in STREAMS if not issubclass(stream, RunsStream)]

#: What every tenant is asked for.
SCOPES = {*CONNECT_SCOPES}


def columns(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """All columns with their declarations, those inside columns too."""
    for name, kind in schema["properties"].items():
        yield f"{path}{name}", kind
        if "properties" in kind:
            yield from columns(kind, f"{path}{name}.")


def source(stream: Any) -> Path:
    return Path(str(sys.modules[stream.__module__].__file__))


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_a_stream_is_one_short_file_of_its_name_and_no_code(stream: Any) -> None:
    text = source(stream).read_text(encoding="utf-8")

    assert source(stream) == FOLDER / f"{stream.name}.py"
    assert len(text.splitlines()) < 250
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.For, ast.While))]


@pytest.mark.parametrize("stream", READ, ids=lambda stream: stream.name)
def test_its_page_at_microsoft_and_its_permissions_are_named(stream: Any) -> None:
    page = re.search(r"https://learn\.microsoft\.com/graph/api/[\w/-]+", str(stream.__doc__))

    assert page, "the docstring of the class names Microsoft's page about the list"
    assert stream.permissions
    assert {*stream.permissions} <= SCOPES or not stream.selected_by_default, (
        "see `A permission of its own` in docs/adding-a-stream.md"
    )
    assert more_than_reading(stream.permissions) == []
    assert stream.plan in {None, "P1", "P2"}
    if stream.path.startswith(("/auditLogs", "/reports")):
        assert stream.roles, "Microsoft wants a directory role for logs and reports: see tap_entra/streams/access.py"


@pytest.mark.parametrize("page", ["README.md", "docs/connect.md", "docs/deployment.md"])
def test_each_page_about_the_app_names_every_permission_that_it_requests(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    assert [scope for scope in SCOPES if scope not in text] == []


def test_the_company_of_the_sandbox_consents_to_what_all_streams_need() -> None:
    assert {*CONNECT_SCOPES, *OPTIONAL_SCOPES} == {name for stream in READ for name in stream.permissions}


def test_the_default_streams_need_four_permissions() -> None:
    assert {name for stream in READ if stream.selected_by_default for name in stream.permissions} == SCOPES


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_every_column_says_what_it_means(stream: Any) -> None:
    unexplained = [name for name, kind in columns(stream.schema) if not kind.get("description")]

    assert unexplained == []


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_no_column_is_called_as_what_the_loader_puts_into_its_statements(stream: Any) -> None:
    # target-postgres names them so when it activates a version.
    assert {"version", "deletedate"}.isdisjoint(stream.schema["properties"])


def test_names_are_graphs_in_snake_case_and_no_file_is_left_over() -> None:
    shared = {"__init__", "access", "beta_sign_ins", "types"}

    assert all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", stream.name) for stream in STREAMS)
    assert {path.stem for path in FOLDER.glob("*.py")} == {stream.name for stream in STREAMS} | shared


def test_streams_that_list_links_tell_what_is_linked() -> None:
    streams: list[Any] = [*STREAMS]
    kinds = {stream.name: stream.type_key for stream in streams if issubclass(stream, (LinkStream, BatchedLinkStream))}

    assert kinds == {
        "user_managers": None,
        "group_members": "memberType",
        "group_owners": "ownerType",
        "administrative_unit_members": "memberType",
        "application_owners": "ownerType",
        "device_owners": "ownerType",
        "device_users": "userType",
        "service_principal_owners": "ownerType",
    }

"""What the tap does with wrong settings, wrong files, a Graph that talks nonsense, and a loader that goes away."""

from __future__ import annotations

import io
import json
import os
import signal
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from filelock import FileLock

from sandbox.faults.catalogue import FAULTS, Fault
from sandbox.messages import json_response
from tap_entra.commands.main import main as auth_main
from tap_entra.tap import TapEntra
from tests.warehouse import Project, TapWithoutWaits, selection

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox
    from sandbox.messages import Response
    from tests.command import CommandEnd

SOMEBODY_ELSE = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


@pytest.fixture
def project(new_sandbox: Callable[..., Sandbox]) -> Project:
    return Project(new_sandbox(users=15, sign_ins=20))


@pytest.fixture
def run(project: Project) -> Callable[..., CommandEnd]:
    """Runs the tap's command. Whatever it was given, it ends without a traceback and tells no secret."""

    def start(*arguments: str, **settings: str | None) -> CommandEnd:
        ended = project.command(*arguments, **settings)
        assert "Traceback" not in ended.log
        for secret in secrets(project):
            assert secret not in ended.output + ended.log
        return ended

    return start


def secrets(project: Project) -> set[str]:
    """All tokens that were given, sent or received."""
    found = {project.sandbox.settings["refresh_token"]}
    for request in project.sandbox.requests:
        found.add(request.headers.get("authorization", "Bearer ?").split(" ")[1])
        found.add(dict(parse_qsl(request.body.decode())).get("refresh_token", "?"))
    return found - {"?"}


@pytest.fixture
def catalog(tmp_path: Path) -> Callable[..., str]:
    """Writes a catalog in which these streams are selected, and gives the argument that names it."""

    def write(*streams: str) -> str:
        path = tmp_path / "catalog.json"
        path.write_text(json.dumps(selection(*streams)))
        return f"--catalog={path}"

    return write


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    def write(content: str) -> str:
        path = tmp_path / "file.json"
        path.write_text(content)
        return str(path)

    return write


# Settings


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"tenant_id": None}, "`tenant_id` is not set"),
        ({"refresh_token": None}, "refresh_token"),
        ({"tenant_id": SOMEBODY_ELSE}, "Check `tenant_id`"),
        ({"client_id": SOMEBODY_ELSE}, "Check `client_id`"),
        ({"refresh_token": "made-up"}, "refresh token"),
        ({"cloud": "mars"}, "'mars' is not one of"),
        ({"photo_size": "1x1"}, "'1x1' is not one of"),
        ({"start_date": "yesterday"}, "`start_date` is 'yesterday'"),
        ({"max_in_flight": "many"}, "TAP_ENTRA_MAX_IN_FLIGHT must be a whole number"),
        ({"batch_config": "jsonl"}, "TAP_ENTRA_BATCH_CONFIG must be a JSON object"),
        ({"reconcile_days": "0"}, "0 is less than the minimum of 1"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_wrong_setting_is_named_and_nothing_is_read(
    run: Callable[..., CommandEnd], project: Project, settings: dict[str, str | None], expected: str
) -> None:
    ended = run(**settings)

    assert ended.exit_code == 1
    assert expected in ended.log
    assert {*ended.outcomes.values()} <= {"failed"}
    assert not any("/v1.0/" in request.path for request in project.sandbox.requests)


def test_a_secret_of_the_wrong_type_is_not_repeated(run: Callable[..., CommandEnd], file: Callable[[str], str]) -> None:
    ended = run("--config", file('{"client_secret": 271828182845}'))

    assert ended.exit_code == 1
    assert "config['client_secret']" in ended.log
    assert "271828182845" not in ended.log


# Files


@pytest.mark.parametrize(
    ("option", "content", "expected"),
    [
        ("--config", "{'tenant_id': 1}", "is not JSON"),
        ("--config", "[1]", "does not hold a JSON object"),
        ("--state", '"2026-01-01"', "does not hold a JSON object"),
        ("--catalog", "", "is not JSON"),
        ("--catalog", '{"streams": null}', "is not a Singer catalog"),
        ("--catalog", '{"streams": [{"tap_stream_id": "users"}]}', "is not a Singer catalog"),
    ],
)
def test_a_file_that_is_no_json_object_is_named(
    run: Callable[..., CommandEnd], file: Callable[[str], str], option: str, content: str, expected: str
) -> None:
    ended = run("--config=ENV", option, file(content))

    assert ended.exit_code == 1
    assert f"The file given with {option} {expected}" in ended.log


def test_a_config_file_that_is_not_there_is_named_in_the_log_of_the_process(project: Project) -> None:
    with project.start("--config", "nowhere.json") as process:
        output, log = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "nowhere.json, cannot be read: No such file" in log
    assert "Traceback" not in log
    assert output == ""


# Microsoft


def test_a_tenant_without_a_premium_plan_reads_what_to_do_and_gets_the_rest(
    run: Callable[..., CommandEnd], project: Project, catalog: Callable[..., str]
) -> None:
    project.sandbox.consent.premium = False

    ended = run("--config=ENV", catalog("domains", "sign_ins"), retry_budget_minutes="0")

    assert ended.exit_code == 0
    assert ended.outcomes == {"domains": "complete", "sign_ins": "skipped"}
    assert "PremiumTenantOrB2CTenant: Microsoft gives this only to tenants with Entra ID P1" in ended.log


def _rows_without_key(*_: object) -> Response:
    return json_response({"value": [{"displayName": "Nobody"}]})


def _wrong_shape(*_: object) -> Response:
    return json_response({"value": "all of them", "responses": 7})


@pytest.mark.parametrize("nonsense", ["html", "malformed_json", "no_key", "wrong_shape"])
def test_a_graph_that_talks_nonsense_ends_in_failed_streams_and_words(
    run: Callable[..., CommandEnd],
    project: Project,
    catalog: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    nonsense: str,
) -> None:
    invented = {"no_key": Fault(spoil=_rows_without_key), "wrong_shape": Fault(spoil=_wrong_shape)}
    fault = replace((FAULTS | invented)[nonsense], applies=lambda request: request.path.startswith("/v1.0/"))
    monkeypatch.setitem(FAULTS, "nonsense", fault)
    project.faults.often("nonsense", 1.0)

    streams = catalog("domains", "users", "profile_photos", "group_members", "sign_ins")

    # A log is asked for in ever smaller windows before it is given up; here it begins with the smallest.
    start_date = (project.tenant.now() - timedelta(minutes=1)).isoformat()
    ended = run("--config=ENV", streams, retry_budget_minutes="0", start_date=start_date)

    assert ended.exit_code == 1
    assert "complete" not in ended.outcomes.values()
    assert "Graph answered 200" in ended.log
    assert "defect" not in ended.log
    assert "ACTIVATE_VERSION" not in {message["type"] for message in ended.messages}


# The loader, and signals


def test_a_loader_that_goes_away_is_said_and_ends_the_run(project: Project) -> None:
    with project.start() as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        log = process.stderr.read()

    assert process.returncode == 1
    assert "The loader went away" in log
    assert "Traceback" not in log
    assert "Exception ignored" not in log


@pytest.mark.slow
def test_a_run_that_is_suspended_and_goes_on_cuts_no_line(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    with project.start(module="tests.no_waits") as process:
        assert process.stdout
        assert process.stderr
        lines = []
        for line in process.stdout:  # slower than the tap, so that it is suspended while it writes
            lines.append(line)
            if len(lines) % 20 == 0:
                process.send_signal(signal.SIGSTOP)
                time.sleep(0.005)
                process.send_signal(signal.SIGCONT)
                time.sleep(0.005)
        process.stderr.read()

    assert process.returncode == 0
    assert len(lines) > 500
    assert {json.loads(line)["type"] for line in lines} >= {"SCHEMA", "RECORD", "STATE"}


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait_for_graph_at_once_with_state_and_its_own_exit_code(
    project: Project, number: int
) -> None:
    project.faults.next("throttled", times=1000, path="/domains", retry_after="300")
    began = time.monotonic()

    with project.start() as process:
        assert process.stdout
        assert process.stderr
        first = [process.stdout.readline() for _ in range(3)]
        process.send_signal(number)
        # Not `communicate`: it forgets what was read ahead of those lines.
        rest, log = process.stdout.read(), process.stderr.read()

    messages = [json.loads(line) for line in [*first, *rest.splitlines()]]
    assert process.returncode == 128 + number
    assert time.monotonic() - began < 20
    assert messages[-1]["type"] in {"STATE", "RECORD"}
    reported = [one["record"] for one in messages if one.get("stream") == "stream_runs" and one["type"] == "RECORD"]
    outcomes = {row["stream"]: row["outcome"] for row in reported}
    assert outcomes["domains"] == "partial"
    assert {*outcomes.values()} <= {"complete", "partial"}
    assert "Traceback" not in log


def expect_a_prompt_end(process: subprocess.Popen[str]) -> None:
    """On SIGTERM, with its own exit code and a word on each stream."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    stdout, log = process.communicate(timeout=30)

    assert process.returncode == 143
    assert time.monotonic() - began < 10
    assert '"outcome":"partial"' in stdout
    assert "Traceback" not in log


@pytest.mark.slow
def test_a_signal_ends_the_wait_for_the_sign_in_service_too(project: Project) -> None:
    project.faults.next("unavailable", times=1000, path="*/token", retry_after="60")

    with project.start() as process:
        while not any(request.path.endswith("/token") for request in project.sandbox.requests):
            time.sleep(0.05)
        expect_a_prompt_end(process)


@pytest.mark.slow
def test_a_signal_ends_the_wait_for_another_process_that_signs_in_too(project: Project) -> None:
    project.run("organization")
    cache = project.sandbox.settings["token_cache_path"]
    project.sandbox.requests.clear()

    with FileLock(f"{cache}.lock"), project.start() as process:
        while not any("openid-configuration" in request.path for request in project.sandbox.requests):
            time.sleep(0.05)
        time.sleep(0.5)
        expect_a_prompt_end(process)


@pytest.mark.parametrize("arguments", [["--config=ENV"], ["--config=ENV", "--test"]])
def test_a_run_without_a_sign_in_ends_before_the_first_message(project: Project, arguments: list[str]) -> None:
    ended = project.command(*arguments, refresh_token=None)

    assert ended.exit_code == 1
    assert ended.log.count("Not signed in") == 1
    assert "ERROR" in ended.log.splitlines()[-1]
    assert ended.output == ""
    assert project.sandbox.requests == []


@pytest.mark.parametrize("kind", ["folder", "pipe"])
@pytest.mark.parametrize("command", ["run", "status", "disconnect"])
def test_a_token_cache_that_is_no_file_is_an_error_at_once(
    project: Project, tmp_path: Path, kind: str, command: str
) -> None:
    path = tmp_path / "cache"
    path.mkdir() if kind == "folder" else os.mkfifo(path)

    if command == "run":
        ended = project.command(token_cache_path=str(path))
        exit_code, text = ended.exit_code, ended.log + ended.output
    else:
        exit_code, text = auth_command(project, command, token_cache_path=str(path))

    assert exit_code == 1
    assert (
        f"cannot keep the sign-in at {path}: it is a {'folder' if kind == 'folder' else 'named pipe'}, not a file"
        in text
    )
    assert "RECORD" not in text
    assert project.sandbox.requests == []


def auth_command(project: Project, *arguments: str, **settings: str | None) -> tuple[int, str]:
    """Run `tap-entra-auth` in this process. Return its exit code and all that it wrote."""
    written = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(written), redirect_stderr(written):
        for name, value in project.environment(**settings).items():
            patch.setenv(name, value)
        exit_code = auth_main(arguments)
    return exit_code, written.getvalue()


@pytest.mark.parametrize(
    ("proxy", "expected"),
    [
        ("http://someone:hush@127.0.0.1:9", "could not be reached"),
        ("http://someone:hush@proxy.invalid:80", "could not be reached"),
        ("http://someone:hu/sh@127.0.0.1:9", "is not an address like"),
        ("http://someone:1/hush@127.0.0.1:9", "is not an address like"),
        ("http://someone:hu#sh@127.0.0.1:9", "is not an address like"),
        ("http://someone:hush@[proxy", "is not an address like"),
        ("http://someone:hush@proxy:port", "is not an address like"),
        ("someone:hush@proxy:99999", "is not an address like"),
        ("ftp://someone:hush@proxy:1", "is not an address like"),
        ("http://someone:hush@", "is not an address like"),
    ],
)
def test_of_a_proxy_only_host_and_port_are_logged(
    project: Project, monkeypatch: pytest.MonkeyPatch, proxy: str, expected: str
) -> None:
    environment = project.sandbox.environment()
    monkeypatch.setattr(project.sandbox, "environment", lambda: {**environment, "NO_PROXY": "", "no_proxy": ""})
    monkeypatch.setattr("tap_entra.auth.msal_http.PAUSES_S", ())
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy)

    ended = project.command(loglevel="DEBUG")

    assert ended.exit_code == 1
    assert expected in ended.log
    assert not [part for part in ("hush", "someone", "sh@", "Traceback") if part in ended.log + ended.output]


_STORAGE = {"root": "file:///var/lib/entra"}


@pytest.mark.parametrize(
    ("batch", "expected"),
    [
        ({"encoding": {"format": "jsonl"}}, "must name `encoding` and `storage`"),
        ({"encoding": {"format": "csv"}, "storage": _STORAGE}, "must be jsonl or parquet"),
        ({"encoding": {"format": "jsonl", "compression": "none"}, "storage": _STORAGE}, "Set `compression` to gzip"),
        ({"encoding": {"format": "parquet"}, "storage": _STORAGE}, "Set `json_as_text` to true"),
        ({"encoding": {"format": "jsonl"}, "storage": {"root": "ftps3://place"}}, "the storage cannot be used"),
        ({"encoding": {"format": "jsonl"}, "storage": _STORAGE, "rows": 9}, "the storage cannot be used"),
    ],
)
def test_batch_files_that_cannot_be_written_so_are_refused_at_once(
    project: Project, tmp_path: Path, batch: dict[str, Any], expected: str
) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({**project.sandbox.settings, "batch_config": batch}), encoding="utf-8")

    for ended in (project.command(f"--config={file}"), project.command(batch_config=json.dumps(batch))):
        assert ended.exit_code == 1
        assert expected in ended.log
        assert "Traceback" not in ended.log
        assert ended.output == ""
    assert project.sandbox.requests == []


def test_a_misspelt_setting_is_named(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"reconcile_day": 3, "max_in_flite": 4, "wrong_owner_error": 1}), encoding="utf-8")

    ended = project.command("--config=ENV", f"--config={file}", "--discover", START_DAT="2026-01-01")

    assert ended.exit_code == 0
    assert "There is no setting reconcile_day; did you mean reconcile_days?" in ended.log
    assert "There is no setting max_in_flite; did you mean max_in_flight?" in ended.log
    assert "There is no setting TAP_ENTRA_START_DAT; did you mean TAP_ENTRA_START_DATE?" in ended.log
    assert "wrong_owner_error" not in ended.log


# Without any of it


@pytest.mark.parametrize("arguments", [["--discover"], ["--about", "--format=json"]])
def test_discovery_needs_neither_settings_nor_a_token_nor_the_network(project: Project, arguments: list[str]) -> None:
    nothing = dict.fromkeys(project.sandbox.settings)

    ended = project.command(*arguments, **nothing)

    assert ended.exit_code == 0
    assert ended.output
    assert "Traceback" not in ended.log
    assert project.sandbox.requests == []


def test_discovery_works_with_settings_that_are_wrong(project: Project) -> None:
    ended = project.command("--config=ENV", "--discover", cloud="mars", tenant_id="?")

    assert ended.exit_code == 0
    assert [stream["tap_stream_id"] for stream in json.loads(ended.output)["streams"]]


# One row of each stream


@pytest.mark.parametrize("option", ["--test", "--test=records"])
def test_a_test_writes_one_row_of_each_stream_and_nothing_that_a_loader_would_act_on(
    project: Project, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setattr("tests.command.main", TapWithoutWaits.cli)

    ended = project.command("--config=ENV", option)

    rows = Counter(message["stream"] for message in ended.messages if message["type"] == "RECORD")
    assert ended.exit_code == 0
    assert {*rows.values()} == {1}
    assert rows.keys() >= {"users", "groups", "sign_ins", "profile_photos"}
    assert {message["type"] for message in ended.messages} == {"SCHEMA", "RECORD"}
    assert "ERROR" not in ended.log


def test_a_test_of_schemas_writes_them_whole_and_asks_for_nothing(project: Project) -> None:
    ended = project.command("--config=ENV", "--test=schema")

    written = {message["stream"]: {*message["schema"]["properties"]} for message in ended.messages}
    assert ended.exit_code == 0
    assert {message["type"] for message in ended.messages} == {"SCHEMA"}
    assert written == {
        stream.name: {*stream.schema["properties"]}
        for stream in TapEntra(config={}, validate_config=False).streams.values()
    }
    assert project.sandbox.requests == []


# Stream maps


@pytest.mark.parametrize(
    ("maps", "expected"),
    [
        (
            {"users": {"town": "city +"}},
            "users: the expression of column town in `stream_maps`, city +, fails: it is no",
        ),
        (
            {"users": {"town": ""}},
            "users: the expression of column town in `stream_maps`, , fails: it is not a Python expression",
        ),
        ({"*": {"__filter__": "a = 1"}}, "*: the expression of `__filter__` in `stream_maps`, a = 1, fails: it is no"),
        ({"users": {"id": None}}, "`stream_maps` cannot be used: Removing key property 'id' is not permitted"),
        ({"users": {"__else__": "city"}}, "users: `__else__` in `stream_maps` must be null"),
        ({"users": {"__else__": ["city"]}}, "users: `__else__` in `stream_maps` must be null"),
        ({"users": {"__alias__": None}}, "users: `__alias__` in `stream_maps` must be the name of a stream"),
        ({"__what__": {}}, "`stream_maps` cannot be used: Option '__what__:{}' is not expected"),
    ],
)
def test_a_stream_map_that_cannot_be_used_is_named_before_the_first_message(
    project: Project, file: Callable[[str], str], maps: object, expected: str
) -> None:
    ended = project.command("--config", file(json.dumps({**project.sandbox.settings, "stream_maps": maps})))

    assert ended.exit_code == 1
    assert expected in ended.log
    assert "Traceback" not in ended.log
    assert ended.output == ""
    assert project.sandbox.requests == []


def test_a_stream_map_that_changes_nothing_is_named(
    project: Project, file: Callable[[str], str], catalog: Callable[..., str]
) -> None:
    maps = {"user": {"mail": None}, "domains": {"nam": None}, "organization": {"city": None}}

    ended = project.command(
        "--config", file(json.dumps({**project.sandbox.settings, "stream_maps": maps})), catalog("domains")
    )

    assert ended.exit_code == 0
    assert "`stream_maps` names user, which is not a stream" in ended.log
    assert "`stream_maps` removes the column nam from domains, which has no such column" in ended.log
    assert "city" not in ended.log

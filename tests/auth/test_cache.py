"""The kept sign-in: only its owner can read it, it is whole at every moment, and no other sign-in overwrites it."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from tap_entra.auth import ConfigError, SignInError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from tests.auth.conftest import Login, Runs, SignInFactory


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_can_read_what_is_kept(sign_in: SignInFactory, cache_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        run = sign_in()
        run.token()
        run.renew()
    finally:
        os.umask(before)

    assert mode(cache_path.parent) == 0o700
    assert {mode(path) for path in cache_path.parent.iterdir()} == {0o600}


def test_a_file_that_others_could_read_is_closed_to_them(sign_in: SignInFactory, cache_path: Path) -> None:
    sign_in().token()
    cache_path.chmod(0o644)

    sign_in().token()

    assert mode(cache_path) == 0o600


def test_what_is_kept_reaches_the_disk_before_it_takes_the_old_ones_place(
    sign_in: SignInFactory, cache_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in().token()
    old = cache_path.stat().st_ino
    synced: dict[int, tuple[int, bool]] = {}

    def note(descriptor: int, fsync: Callable[[int], None] = os.fsync) -> None:
        fsync(descriptor)
        file = os.fstat(descriptor)
        synced[file.st_ino] = file.st_size, cache_path.stat().st_ino == old

    monkeypatch.setattr(os, "fsync", note)
    sign_in().token()

    file = cache_path.stat()
    assert synced[file.st_ino] == (file.st_size, True)
    assert not synced[cache_path.parent.stat().st_ino][1]


def test_the_file_never_holds_an_access_token(sign_in: SignInFactory, cache_path: Path) -> None:
    token = sign_in().token()

    assert token not in cache_path.read_text()


def test_a_symbolic_link_is_followed_not_replaced(sign_in: SignInFactory, cache_path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "volume" / "token.json"
    elsewhere.parent.mkdir()
    cache_path.parent.mkdir()
    cache_path.symlink_to(elsewhere)

    sign_in().token()

    assert cache_path.is_symlink()
    assert json.loads(elsewhere.read_text())["refresh_token"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"{}", b'{"version": 2}', b"null"])
def test_a_damaged_file_is_set_aside_and_the_configured_token_used(
    sign_in: SignInFactory, login: Login, cache_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    cache_path.parent.mkdir()
    cache_path.write_bytes(content)

    sign_in().token()

    aside = cache_path.with_name("sign-in.json.corrupt")
    assert aside.read_bytes() == content
    assert json.loads(cache_path.read_text())["refresh_token"]
    assert f"renamed to {aside}" in warnings(caplog)[0]
    assert len(login.redeemed) == 1


def test_a_file_with_a_missing_or_odd_value_counts_as_damaged(sign_in: SignInFactory, cache_path: Path) -> None:
    sign_in().token()
    content = json.loads(cache_path.read_text())

    odd: list[dict[str, Any]] = [{"refresh_token": ""}, {"refresh_token": 1}, {"seed_sha256": None}, {"tenant_id": []}]
    for change in odd:
        cache_path.write_text(json.dumps({**content, **change}))

        sign_in().token()

        assert json.loads(cache_path.read_text())["refresh_token"]


def test_a_file_of_the_first_version_is_understood_and_learns_the_rest(
    sign_in: SignInFactory, login: Login, cache_path: Path
) -> None:
    sign_in().token()
    content = json.loads(cache_path.read_text())
    first = ("version", "login_url", "tenant_id", "client_id", "refresh_token", "seed_sha256", "redeemed_at")
    cache_path.write_text(json.dumps({name: content[name] for name in first}))

    sign_in(refresh_token=None).token()

    assert login.redeemed[-1] == content["refresh_token"]
    assert json.loads(cache_path.read_text())["account"] == login.service.user["userPrincipalName"]


def test_what_a_killed_run_had_written_for_somebody_else_is_left_alone(
    sign_in: SignInFactory, login: Login, cache_path: Path
) -> None:
    sign_in().token()
    kept = json.loads(cache_path.read_text())
    foreign = {**kept, "client_id": "another", "refresh_token": "0.AForeign"}
    cache_path.with_name("sign-in.json.new").write_text(json.dumps(foreign))

    sign_in().token()

    assert login.redeemed[-1] == kept["refresh_token"]


def test_a_damaged_file_and_no_configured_token_leave_nothing_to_sign_in_with(
    sign_in: SignInFactory, cache_path: Path
) -> None:
    cache_path.parent.mkdir()
    cache_path.write_text("{")

    with pytest.raises(ConfigError, match="Not signed in"):
        sign_in(refresh_token=None).token()


@pytest.mark.parametrize("name", ["tenant_id", "client_id", "login_url"])
def test_the_sign_in_of_another_tenant_or_app_is_not_overwritten(
    sign_in: SignInFactory, login: Login, cache_path: Path, name: str
) -> None:
    sign_in().token()
    foreign = {**json.loads(cache_path.read_text()), name: "another"}
    cache_path.write_text(json.dumps(foreign))

    with pytest.raises(ConfigError, match="`token_cache_path` of its own"):
        sign_in().token()

    assert json.loads(cache_path.read_text()) == foreign
    assert len(login.redeemed) == 1


def test_a_folder_in_the_files_place_is_named(sign_in: SignInFactory, cache_path: Path) -> None:
    cache_path.mkdir(parents=True)

    with pytest.raises(SignInError, match="it is a folder, not a file"):
        sign_in().token()


def test_a_place_that_cannot_be_written_costs_a_warning_not_the_run(
    sign_in: SignInFactory, login: Login, settings: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    login.service.refresh_tokens.strict = True
    (tmp_path / "file").write_text("not a folder")

    run = sign_in(token_cache_path=str(tmp_path / "file" / "sign-in.json"))
    run.token()
    run.renew()

    # The successor lives on in memory, so that even one-time tokens last until the end of the run.
    assert login.redeemed[0] == settings["refresh_token"]
    assert len(login.redeemed) == 2
    (warning,) = [text for text in warnings(caplog) if "cannot be kept" in text]
    assert "`token_cache_path`" in warning


def test_a_full_disk_leaves_the_kept_token_whole_and_the_run_alive(
    sign_in: SignInFactory, runs: Runs, cache_path: Path
) -> None:
    sign_in().token()
    before = cache_path.read_bytes()

    # No file may grow beyond 0 bytes: every write fails, as on a full disk.
    run = runs.start(
        "import logging, resource\n"
        "logging.basicConfig()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "sign_in.token(); sign_in.renew(); print('signed in')"
    )
    output, errors = run.communicate(timeout=60)

    assert output == "signed in\n", errors
    assert "cannot be kept" in errors
    assert cache_path.read_bytes() == before
    assert sorted(path.name for path in cache_path.parent.iterdir()) == ["sign-in.json", "sign-in.json.lock"]


def test_what_a_killed_run_left_half_written_is_cleared_away(sign_in: SignInFactory, cache_path: Path) -> None:
    cache_path.parent.mkdir()
    draft = cache_path.with_name("sign-in.json.new")
    draft.write_text('{"refresh_token": "0.Ahal')
    draft.chmod(0o644)

    sign_in().token()

    assert not draft.exists()
    assert mode(cache_path) == 0o600

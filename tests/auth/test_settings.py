"""The tap checks settings before any request. The error names the wrong setting and the action."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tap_entra.auth import CLOUDS, ConfigError, Settings, SignIn

if TYPE_CHECKING:
    from typing import Any

TENANT = "6babcaad-604b-40ac-a9d7-9fd97c0b779f"
CLIENT = "11112222-bbbb-3333-cccc-4444dddd5555"


def read(**settings: Any) -> Settings:
    return Settings.from_config({"tenant_id": TENANT, "client_id": CLIENT, **settings})


def complaint(**settings: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        read(**settings)
    assert caught.value.action
    return str(caught.value)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_each_cloud_has_its_own_hosts(cloud: str) -> None:
    settings = read(cloud=cloud)

    assert settings.login_url == CLOUDS[cloud].login_url
    assert settings.graph_url == CLOUDS[cloud].graph_url


def test_the_global_cloud_is_meant_when_none_is_named() -> None:
    assert read().graph_url == "https://graph.microsoft.com"


def test_a_url_overrides_the_cloud_and_loses_its_last_slash() -> None:
    settings = read(cloud="usgov", graph_url="https://Graph.Example:8443/")

    assert settings.graph_url == "https://graph.example:8443"
    assert settings.login_url == "https://login.microsoftonline.us"


def test_an_unknown_cloud_is_answered_with_the_known_ones() -> None:
    assert "global, usgov, usgov_dod, china" in complaint(cloud="germany")


def test_an_unknown_flow_is_answered_with_the_known_ones() -> None:
    assert "delegated, client_credentials, workload_identity, managed_identity" in complaint(auth_flow="password")


@pytest.mark.parametrize("missing", ["", "   ", None])
def test_tenant_and_client_must_be_set(missing: str | None) -> None:
    assert "`tenant_id` is not set" in complaint(tenant_id=missing)
    assert "`client_id` is not set" in complaint(client_id=missing)


@pytest.mark.parametrize(
    "tenant", ["common", "organizations", "consumers", "a/b.example", "../x.y", "two words.example"]
)
def test_a_tenant_is_a_guid_or_a_domain(tenant: str) -> None:
    assert "neither a GUID nor a domain" in complaint(tenant_id=tenant)


def test_a_secret_pasted_as_client_id_is_not_repeated() -> None:
    assert "Xy8Q~hush" not in complaint(client_id="Xy8Q~hush")


@pytest.mark.parametrize("setting", ["graph_url", "login_url"])
@pytest.mark.parametrize(
    "url",
    [
        "http://graph.example",
        "graph.example",
        "https://",
        "https://graph.example/v1.0",
        "https://graph.example?x=1",
        "https://somebody@graph.example",
        "https://graph.example:port",
    ],
)
def test_a_url_is_https_and_a_host_alone(setting: str, url: str) -> None:
    assert f"`{setting}`" in complaint(**{setting: url})


def test_values_lose_the_blanks_and_line_breaks_of_a_paste() -> None:
    settings = read(tenant_id=f" {TENANT.upper()}\n", refresh_token="0.AToken\n")

    assert settings.tenant_id == TENANT
    assert settings.refresh_token == "0.AToken"


def test_the_state_folder_keeps_one_file_per_login_host_tenant_and_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/var/lib/state")

    paths = {
        read().token_cache_path,
        read(login_url="https://localhost:8443").token_cache_path,
        read(tenant_id="birchwood.example").token_cache_path,
        read(client_id=TENANT).token_cache_path,
    }

    assert len(paths) == 4
    assert {path.parent for path in paths} == {Path("/var/lib/state/tap-entra")}
    assert Path(f"/var/lib/state/tap-entra/login.microsoftonline.com_{TENANT}_{CLIENT}.json") in paths


def test_without_a_state_folder_the_usual_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/somebody")

    assert read().token_cache_path.parent == Path("/home/somebody/.local/state/tap-entra")


def test_an_app_that_signs_in_as_itself_needs_something_to_prove_itself_with() -> None:
    assert "`client_secret` or `certificate_path`" in complaint(auth_flow="client_credentials")
    assert "`federated_token_path`" in complaint(auth_flow="workload_identity")


def test_a_managed_identity_needs_no_tenant_and_no_app() -> None:
    settings = Settings.from_config({"auth_flow": "managed_identity"})

    assert settings.managed_identity_client_id is None


@pytest.mark.parametrize(
    ("flow", "setting", "value", "fitting"),
    [
        ("delegated", "federated_token_path", "/token", "workload_identity"),
        ("delegated", "managed_identity_client_id", CLIENT, "managed_identity"),
        ("client_credentials", "federated_token_path", "/token", "workload_identity"),
        ("workload_identity", "client_secret", "hush", "delegated or client_credentials"),
        ("workload_identity", "managed_identity_client_id", CLIENT, "managed_identity"),
        ("managed_identity", "certificate_path", "app.pem", "delegated or client_credentials"),
    ],
)
def test_a_setting_of_another_flow_is_answered_with_the_flow_it_goes_with(
    flow: str, setting: str, value: str, fitting: str
) -> None:
    said = complaint(auth_flow=flow, **{setting: value})

    assert f"`{setting}` is set, but `auth_flow` is {flow}" in said
    assert f"Set `auth_flow` to {fitting}, or remove `{setting}`" in said
    assert "hush" not in said


def test_a_certificates_password_needs_its_certificate() -> None:
    assert "`certificate_path` is not" in complaint(certificate_password="hush")


def test_secret_and_certificate_exclude_each_other() -> None:
    assert "Both" in complaint(client_secret="hush", certificate_path="app.pem")


def test_making_a_sign_in_needs_neither_network_nor_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setenv("https_proxy", "https://nowhere.example:1")

    sign_in = SignIn.from_settings({"tenant_id": TENANT, "client_id": CLIENT})

    assert sign_in.graph_url == "https://graph.microsoft.com"
    assert sign_in.login_url == "https://login.microsoftonline.com"


def test_a_sign_in_shows_no_secret() -> None:
    shown = repr(
        SignIn.from_settings(
            {"tenant_id": TENANT, "client_id": CLIENT, "client_secret": "hush", "refresh_token": "0.AToken"}
        )
    )

    assert TENANT in shown
    assert "hush" not in shown
    assert "0.AToken" not in shown

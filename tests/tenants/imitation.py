"""Many imitated tenants in one process, one app that may read them all, and the project that does."""

from __future__ import annotations

import datetime as dt
import uuid
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from sandbox import Sandbox, server
from sandbox.postgres import Postgres
from tests.databases import differences, tenant_rows, warehouse_rows
from tests.meltano_project import project_with
from tests.warehouse import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

#: A few lists of each kind: a whole list, delta rounds with photos of none, and a log, which has the limit of the app.
STREAMS = ("organization", "users", "sign_ins")
CLIENT_ID = "3f1c2a8e-5b7d-4c1a-9e0f-6d2b8a4c7e15"
_BIN = ROOT / ".venv/bin"
_TRUST = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")


class Imitation:
    """Tenants with a few users and sign-ins each, a PostgreSQL, and a copy of the Meltano project.

    Args:
        folder: For everything that is written.
        count: How many tenants.

    Attributes:
        tenants: By the ids of tenants.yml.
        project: The folder of meltano.yml and tenants.yml.
    """

    def __init__(self, folder: Path, count: int, *, at_once: int = 20, users: int = 6, sign_ins: int = 12) -> None:
        self.tenants = {f"tenant-{n:03}": Sandbox(users, sign_ins, seed=n) for n in range(1, count + 1)}
        self.project = folder / "project"
        self.state = folder / "state"
        self.postgres = Postgres(folder / "postgres")
        self._at_once = at_once
        self._authorities = folder / "authorities.pem"
        self._certificate_path = folder / "app.pem"

    def __enter__(self) -> Self:
        """Start all."""
        self.project.mkdir(parents=True)
        certificate = _certificate(self._certificate_path)
        with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
            # Hundreds of servers that look fifty times per second whether to stop would take half a core.
            patch.setattr(server, "POLL_S", 0.2)
            for sandbox in self.tenants.values():
                stack.enter_context(sandbox)
                sandbox.login.registration.client_id = CLIENT_ID
                sandbox.login.registration.certificates.append(certificate)
            self.postgres.start()
            stack.callback(self.postgres.stop)
            self._stop = stack.pop_all()
        self._authorities.write_text("".join(map(_authority, self.tenants.values())))
        self._write_project()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop all."""
        self._stop.close()

    @property
    def environment(self) -> dict[str, str]:
        """What a run needs beside its tenant's variables."""
        variables = self.postgres.environment()
        del variables["MELTANO_DATABASE_URI"]
        return {
            **variables,
            **dict.fromkeys(_TRUST, str(self._authorities)),
            "NO_PROXY": "localhost,127.0.0.1",
            "PYTHONPATH": str(ROOT),
            "ENTRA_STATE": str(self.state),
            "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def schema(self, tenant: str) -> str:
        """Where a tenant's rows go."""
        return f"entra_{tenant.replace('-', '_')}"

    def differences(self, tenant: str) -> tuple[int, list[str]]:
        """How many rows were compared with the tenant's truth, and what is wrong with them."""
        rows, wrong = 0, []
        with self.postgres.connect() as connection:
            for stream in STREAMS:
                expected = tenant_rows(self.tenants[tenant], stream)
                try:
                    found = warehouse_rows(connection, stream, self.schema(tenant))
                except psycopg.errors.UndefinedTable:
                    connection.rollback()
                    found = {}
                rows += len(expected)
                wrong += [f"{tenant} {stream} {problem}" for problem in differences(expected, found)]
        return rows, wrong

    def _write_project(self) -> None:
        shipped = project_with(
            {
                "-e .": _BIN / "tap-entra",
                "meltanolabs-target-postgres==0.8.1": _BIN / "target-postgres",
            }
        )
        (self.project / "meltano.yml").write_text(shipped, encoding="utf-8")
        (self.project / "tenants.yml").write_text(yaml.safe_dump(self._list(), sort_keys=False), encoding="utf-8")

    def _list(self) -> dict[str, Any]:
        permissions = {
            "model": "certificate",
            "client_id": CLIENT_ID,
            "certificate_path": str(self._certificate_path),
        }
        return {
            "at_once": self._at_once,
            "defaults": {
                "permissions": permissions,
                "select": [*(f"{name}.*" for name in STREAMS), "stream_runs.*"],
            },
            "tenants": [
                {
                    "id": name,
                    "tenant_id": sandbox.tenant.id,
                    "settings": {"graph_url": sandbox.graph_url, "login_url": sandbox.login_url},
                }
                for name, sandbox in self.tenants.items()
            ],
        }


def _authority(sandbox: Sandbox) -> str:
    _, begin, certificate = sandbox.ca_bundle.read_text().rpartition("-----BEGIN CERTIFICATE-----")
    return begin + certificate


def _certificate(path: Path) -> x509.Certificate:
    """Write the app's private key and certificate, and return the certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"app {uuid.uuid4()}")])
    now = dt.datetime.now(dt.timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(key.private_bytes(*plain) + certificate.public_bytes(serialization.Encoding.PEM))
    return certificate

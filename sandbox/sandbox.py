"""A tenant, its Graph and its sign-in service on ports of their own, for as long as a `with` lasts."""

from __future__ import annotations

import os
import shutil
import tempfile
import traceback
import uuid
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from sandbox.certificates import make_certificates
from sandbox.consent import Consent
from sandbox.control import ROOT as CONTROL
from sandbox.control import answer_control
from sandbox.faults import Faults
from sandbox.graph_api import GraphApi
from sandbox.graph_api.context import Context
from sandbox.graph_errors import Refusal
from sandbox.login import Registration, SignInService
from sandbox.messages import Request, Response, json_response
from sandbox.server import HttpsServer
from sandbox.tenant.tenant import Tenant

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from typing_extensions import Self

    from sandbox.export import Azurite, Export
    from sandbox.postgres import Postgres

KEPT_REQUESTS = 100_000


class Sandbox:
    """An imitation of Microsoft Graph and of the sign-in service, for one invented tenant.

    Args:
        starts: The tenant's clock at creation; now if None.
        postgres: Whether to run a PostgreSQL beside it.
        client_secret: Makes the app a confidential client that must present it.
        state_dir: Where PostgreSQL keeps its data; a temporary folder if None.
        planted: Whether cases are hidden in the tenant for insights to find; `tenant.planted` tells them.
        obscure: Whether the company uses invented software, which no public list knows.
        azurite: Where the logs are exported to; without one there is no export.

    Attributes:
        requests: Every request received, in the order of arrival; `requests.clear()` to count anew. After 100,000
            the older half is dropped.
        settings: Tap settings that point at it.
        ca_bundle: PEM file of the usual authorities and the throwaway one.
    """

    def __init__(  # noqa: PLR0913 - one argument a choice, all with defaults
        self,
        users: int = 200,
        sign_ins: int = 9_000,
        seed: int = 1,
        *,
        starts: datetime | None = None,
        postgres: bool = False,
        client_secret: str | None = None,
        state_dir: Path | None = None,
        graph_port: int = 0,
        login_port: int = 0,
        planted: bool = False,
        obscure: bool = False,
        azurite: Azurite | None = None,
    ) -> None:
        self.tenant = Tenant(users=users, sign_ins=sign_ins, seed=seed, starts=starts, planted=planted, obscure=obscure)
        self.faults = Faults(users, self.tenant.now, seed)
        self.consent = Consent()
        client_id = str(uuid.UUID(int=Random(seed).getrandbits(128), version=4))
        self.login = SignInService(self.tenant, self.consent, Registration(client_id, client_secret))
        self._export = _new_export(self.tenant, self.login, azurite) if azurite else None
        self.requests: list[Request] = []
        self._ports = (graph_port, login_port)
        self._state_dir = state_dir
        self._with_postgres = postgres
        self._postgres: Postgres | None = None

    def __enter__(self) -> Self:
        """Start everything."""
        with ExitStack() as stack:
            self._folder = Path(tempfile.mkdtemp(prefix="sandbox-"))
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            context, self.ca_bundle = make_certificates(self._folder)
            if self._with_postgres:
                self._start_postgres(stack)
            self._serve(stack, context)
            self._stop = stack.pop_all()
        self.settings = self._settings()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything and remove what it wrote, except data in a given `state_dir`."""
        self._stop.close()

    def _serve(self, stack: ExitStack, context: ssl.SSLContext) -> None:
        graph_port, login_port = self._ports
        self._graph = HttpsServer(context, self.tenant.now, graph_port)
        self._login = HttpsServer(context, self.tenant.now, login_port)
        self.login.url, self.login.graph_url = self.login_url, self.graph_url
        self.context = Context(self.tenant, self.faults, self.consent, self.graph_url)
        surface = GraphApi(self.context, self.login.access_tokens)
        served = [(self._graph, surface.answer), (self._login, self._answer_login)]
        if self._export:
            storage = HttpsServer(context, self.tenant.now)
            self._export.url = f"{storage.url}{self._export.path}"
            served.append((storage, self._answer_storage))
        for server, answer in served:
            server.start(self._answering(answer))
            stack.callback(server.stop)

    @property
    def graph_url(self) -> str:
        """The Graph host, without version."""
        return self._graph.url

    @property
    def login_url(self) -> str:
        """The login host, without tenant."""
        return self._login.url

    @property
    def export(self) -> Export:
        """The diagnostic export.

        Raises:
            RuntimeError: The sandbox was made without.
        """
        if self._export is None:
            raise RuntimeError("There is no export: make the sandbox with an Azurite.")
        return self._export

    @property
    def postgres(self) -> Postgres:
        """The database.

        Raises:
            RuntimeError: The sandbox was made without.
        """
        if self._postgres is None:
            raise RuntimeError("There is no database: make the sandbox with postgres=True.")
        return self._postgres

    def environment(self) -> dict[str, str]:
        """Environment variables that point tap, loader and HTTP clients at the sandbox."""
        bundle = str(self.ca_bundle)
        no_proxy = ",".join(filter(None, [os.environ.get("NO_PROXY"), "localhost,127.0.0.1"]))
        variables = {f"TAP_ENTRA_{name.upper()}": str(value) for name, value in self.settings.items()}
        trust = dict.fromkeys(("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"), bundle)
        database = self._postgres.environment() if self._postgres is not None else {}
        return {**variables, **trust, "NO_PROXY": no_proxy, "no_proxy": no_proxy, **database}

    def _settings(self) -> dict[str, Any]:
        settings = {
            "tenant_id": self.tenant.id,
            "client_id": self.login.registration.client_id,
            "refresh_token": self.login.first_refresh_token(),
            "graph_url": self.graph_url,
            "login_url": self.login_url,
            "token_cache_path": str(self._folder / "token-cache.json"),
        }
        if self.login.registration.secret is not None:
            settings["client_secret"] = self.login.registration.secret
        return settings

    def _start_postgres(self, stack: ExitStack) -> None:
        from sandbox.postgres import Postgres  # noqa: PLC0415 - an optional part, and slow to import

        self._postgres = Postgres((self._state_dir or self._folder) / "postgres")
        self._postgres.start()
        stack.callback(self._postgres.stop)

    def _answering(self, answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """Records a request, lets it take its time, and answers it, in spite of faults."""

        def answer_and_record(request: Request) -> Response:
            if request.path.startswith(CONTROL):
                return answer_control(self.tenant, request)
            if len(self.requests) >= KEPT_REQUESTS:
                del self.requests[: KEPT_REQUESTS // 2]
            self.requests.append(request)
            self.faults.delay()
            try:
                response = self.faults.spoil(request, answer(request))
            except Exception:  # noqa: BLE001 - a fault of the sandbox itself must be visible
                traceback.print_exc()
                response = json_response({"error": {"code": "SandboxFault", "message": traceback.format_exc()}}, 500)
            request.status = response.status
            return response

        return answer_and_record

    def _answer_storage(self, request: Request) -> Response:
        try:
            self.faults.strike(request)
        except Refusal as refusal:
            return Response(refusal.status, b"", {"x-ms-error-code": "ServerBusy", **refusal.headers})
        return self.export.answer(request)

    def _answer_login(self, request: Request) -> Response:
        try:
            self.faults.strike(request)
        except Refusal as refusal:
            response = json_response({"error": "temporarily_unavailable", "error_description": refusal.message})
            response.status = refusal.status
            response.headers.update(refusal.headers)
            return response
        return self.login.answer(request)


def _new_export(tenant: Tenant, login: SignInService, azurite: Azurite) -> Export:
    from sandbox.export import Export  # noqa: PLC0415 - an optional part, and slow to import

    return Export(tenant, login, azurite.new_account())

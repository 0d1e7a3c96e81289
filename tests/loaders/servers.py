"""The servers that loaders write to, on the loopback interface alone: an imitation of S3."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from tests.environments import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCKS = Path(__file__).parent / "locks"
_PATIENCE_S = 60
_NAMESPACE = {"s3": "http://s3.amazonaws.com/doc/2006-03-01/"}


@contextmanager
def object_storage(folder: Path) -> Iterator[str]:
    """Run moto's S3; the value is its address."""
    command = environment("loaders/moto", LOCKS / "moto.lock") / "moto_server"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "moto.log").open("wb") as log:
        server = subprocess.Popen(
            [command, "-H", "127.0.0.1", "-p", str(port)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(_PATIENCE_S)


def _wait_for(port: int) -> None:
    for _ in range(_PATIENCE_S * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("The imitation of S3 does not answer.")


def make_bucket(storage: str, bucket: str) -> None:
    """Make a bucket."""
    _ask("PUT", f"{storage}/{bucket}").raise_for_status()


def objects(storage: str, bucket: str) -> Iterator[tuple[str, bytes]]:
    """The objects of a bucket, by name, in the order in which they were written."""
    found: list[tuple[str, str]] = []
    more = ""
    while True:
        page = ET.fromstring(_ask("GET", f"{storage}/{bucket}?list-type=2{more}").content)
        found += [
            (item.findtext("s3:LastModified", "", _NAMESPACE), item.findtext("s3:Key", "", _NAMESPACE))
            for item in page.iterfind("s3:Contents", _NAMESPACE)
        ]
        token = page.findtext("s3:NextContinuationToken", None, _NAMESPACE)
        if not token:
            break
        more = f"&continuation-token={token}"
    for _, name in sorted(found):
        yield name, _ask("GET", f"{storage}/{bucket}/{name}").content


def _ask(method: str, url: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, timeout=_PATIENCE_S)


def without_proxies() -> dict[str, str]:
    """The environment of a loader: no proxy before the loopback interface, no telemetry, an invented account at S3."""
    return {
        **os.environ,
        "NO_PROXY": "*",
        "no_proxy": "*",
        "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }

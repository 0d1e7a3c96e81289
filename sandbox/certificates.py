"""A throwaway certificate authority for localhost, and a bundle that trusts it beside the usual ones."""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path

import certifi
import trustme

CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def make_certificates(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A TLS context for localhost and 127.0.0.1, and a PEM bundle for clients, written to `folder`.

    The bundle also holds the authorities that the machine trusted before, so that a command that runs under it
    can still reach the rest of the world, say to install a package.
    """
    authority = trustme.CA(organization_name="tap-entra sandbox")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)

    bundle = folder / "ca-bundle.pem"
    pems = [pem for path in _trusted_so_far() for pem in CERTIFICATE.findall(path.read_bytes())]
    # Each once: clients read the whole bundle for every host they talk to.
    bundle.write_bytes(b"\n".join([*dict.fromkeys(pems), authority.cert_pem.bytes()]))
    return context, bundle


def _trusted_so_far() -> list[Path]:
    """Bundles in use: what the environment names (company proxies have their own), and certifi's."""
    named = [os.environ.get(name, "") for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")]
    paths = [Path(name) for name in [*named, certifi.where()] if name]
    return [path for path in dict.fromkeys(paths) if path.is_file()]

"""The record that is kept of a sign-in between runs, and the format of its file."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tap_entra.auth.errors import ConfigError, SignInError

if TYPE_CHECKING:
    from tap_entra.auth.settings import Settings

VERSION = 1
"""File format version."""


@dataclass(frozen=True)
class Owner:
    """The app, service and tenant of a kept sign-in. A refresh token works for these three only."""

    login_url: str
    tenant_id: str
    client_id: str


@dataclass(frozen=True)
class KeptSignIn:
    """A kept sign-in. `account` and the fields after it are for `status` only, and empty if unknown.

    Attributes:
        refresh_token: The newest one.
        seed_sha256: Digest of the token that it descends from: a configured one, or the first one of a `connect`.
        redeemed_at: When the token was last redeemed, ISO 8601 in UTC. It expires 90 days later.
        account: User name.
        scopes: What the account may read: short names, separated by blanks.
        dies_at: When the token of a single-page app expires, even if it is used, ISO 8601 in UTC. Empty for others.
        refused_code: The AADSTS number of the last refusal; 0 while the token works.
        older_seeds: Digests of configured tokens that a `connect` has made obsolete.
    """

    refresh_token: str = field(repr=False)
    seed_sha256: str
    redeemed_at: str
    account: str = field(default="", repr=False)
    scopes: str = ""
    dies_at: str = ""
    refused_code: int = 0
    older_seeds: tuple[str, ...] = ()

    def descends_from(self, seed: str) -> bool:
        """Return whether this sign-in came from a configured token, or is newer than it."""
        return digest(seed) in {self.seed_sha256, *self.older_seeds}


def digest(token: str) -> str:
    """Return the SHA-256 digest of a token. No salt is needed: tokens are long and random."""
    return hashlib.sha256(token.encode()).hexdigest()


class DamagedError(ValueError):
    """The file exists, but has no content that this program writes."""


def read(path: Path) -> tuple[Owner, KeptSignIn] | None:
    """Return the owner and the sign-in of a file, or None if there is no file. Needs no lock: a file is always whole.

    Raises:
        ConfigError: The path leads to something else than a file, such as a folder or a pipe.
        DamagedError: The file has no content that `serialise` writes.
        SignInError: The file exists, but the tap may not read it.
    """
    try:
        check_place(path)
        return _parse(resolve_link(path).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SignInError(
            f"The kept sign-in at {path} cannot be read: {error.strerror}.",
            "Give the file to the user who runs the tap, or set another `token_cache_path`.",
        ) from None
    except ConfigError:
        raise  # it is a ValueError, too
    except (ValueError, TypeError, KeyError):
        raise DamagedError(path) from None


def check_place(path: Path) -> None:
    """See to it that a path leads to a file or to nothing yet. Opens nothing: a pipe would wait for a writer.

    Raises:
        ConfigError: It leads to something else, such as a folder or a pipe.
        OSError: There is nothing yet, or it cannot be examined.
    """
    mode = resolve_link(path).stat().st_mode
    if not stat.S_ISREG(mode):
        raise ConfigError(
            f"The tap cannot keep the sign-in at {path}: it is {_kind(mode)}, not a file.",
            "Set `token_cache_path` to a file in a folder that outlives the run; the tap makes the file.",
        )


def forget(path: Path) -> bool:
    """Remove a kept sign-in, its draft and its damaged predecessor. Return whether there was any.

    Raises:
        SignInError: A file cannot be removed.
    """
    target = resolve_link(path)
    found = False
    try:
        for file in (target, draft_of(target), corrupt_of(target)):
            if file.exists():
                file.unlink()
                found = True
    except OSError as error:
        raise SignInError(
            f"The kept sign-in at {path} cannot be removed: {error.strerror}.", "Remove the file yourself."
        ) from None
    return found


def draft_of(target: Path) -> Path:
    """Return the path to which a sign-in is written before it replaces the previous one."""
    return target.with_name(f"{target.name}.new")


def corrupt_of(target: Path) -> Path:
    """Return the path to which a damaged file is renamed."""
    return target.with_name(f"{target.name}.corrupt")


def expected_owner(settings: Settings, found: Owner | None) -> Owner:
    """Return the owner that the settings ask for. A tenant given by its domain counts as the tenant that was found."""
    tenant = found.tenant_id if found and "." in settings.tenant_id else settings.tenant_id
    return Owner(settings.login_url, tenant, settings.client_id)


def wrong_owner_error(path: Path, owner: Owner, expected: Owner) -> ConfigError:
    """Return the error for a file that keeps the sign-in of another app or tenant."""
    return ConfigError(
        f"{path} keeps the sign-in of app {owner.client_id} in tenant {owner.tenant_id} "
        f"at {owner.login_url}, not of app {expected.client_id} in tenant {expected.tenant_id} "
        f"at {expected.login_url}.",
        "Give each app and tenant a `token_cache_path` of its own, or remove the setting.",
    )


def resolve_link(path: Path) -> Path:
    """Return the file behind a symbolic link: replacing the link would leave the token in the wrong place."""
    return Path(os.path.realpath(path))


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a named pipe" if stat.S_ISFIFO(mode) else "a device or socket"


def _parse(text: bytes) -> tuple[Owner, KeptSignIn]:
    raw: dict[str, Any] = json.loads(text)
    if raw["version"] != VERSION:
        raise ValueError(raw["version"])
    owner = Owner(_needed(raw, "login_url"), _needed(raw, "tenant_id"), _needed(raw, "client_id"))
    return owner, KeptSignIn(
        refresh_token=_needed(raw, "refresh_token"),
        seed_sha256=_needed(raw, "seed_sha256"),
        redeemed_at=_needed(raw, "redeemed_at"),
        # The first versions of this program did not write these.
        account=str(raw.get("account", "")),
        scopes=str(raw.get("scopes", "")),
        dies_at=str(raw.get("dies_at", "")),
        refused_code=int(raw.get("refused_code", 0)),
        older_seeds=tuple(map(str, raw.get("older_seeds", ()))),
    )


def _needed(raw: dict[str, Any], name: str) -> str:
    value = raw[name]
    if not isinstance(value, str) or not value:
        raise TypeError(name)
    return value


def serialise(owner: Owner, kept: KeptSignIn) -> bytes:
    """Return the content of a file that `read` understands."""
    return json.dumps({"version": VERSION, **asdict(owner), **asdict(kept)}, indent=2).encode()

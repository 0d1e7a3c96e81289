"""What is kept of a sign-in between runs, and how it is written down."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tap_entra.auth.errors import ConfigError, SignInError

if TYPE_CHECKING:
    from tap_entra.auth.settings import Settings

VERSION = 1
"""Of the file's format."""


@dataclass(frozen=True)
class Owner:
    """Whose sign-in a file keeps: a refresh token is good for one app at one service, and is asked for one tenant."""

    login_url: str
    tenant_id: str
    client_id: str


@dataclass(frozen=True)
class KeptSignIn:
    """A sign-in, as kept.

    Attributes:
        refresh_token: The newest.
        seed_sha256: Digest of the token it descends from: a configured one, or the first of a `connect`.
        redeemed_at: When the token was last redeemed, ISO 8601 in UTC. Microsoft lets it die 90 days later.
        account: Who is signed in. Like all that follows for `status` alone, and empty where it is not known.
        scopes: What the account may read, short names with blanks between.
        dies_at: When the token dies though it is used, ISO 8601 in UTC: only a single-page app's does.
        refused_code: The AADSTS number with which it was refused last; 0 while it works.
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
        """Whether a configured token is no news: this sign-in came of it, or came after it."""
        return digest(seed) in {self.seed_sha256, *self.older_seeds}


def digest(token: str) -> str:
    """A token's fingerprint. No salt: the tokens are long and random, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


class DamagedError(ValueError):
    """The file is there, but nothing that this program has written."""


def read(path: Path) -> tuple[Owner, KeptSignIn] | None:
    """Whose sign-in a file keeps, and the sign-in; None if there is no file. Needs no lock: a file is always whole.

    Raises:
        DamagedError: The file makes no sense.
        SignInError: The file is there but must not be read.
    """
    try:
        return _parse(resolve_link(path).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SignInError(
            f"The kept sign-in at {path} cannot be read: {error.strerror}.",
            "Make it a file that belongs to the user who runs the tap, or set another `token_cache_path`.",
        ) from None
    except (ValueError, TypeError, KeyError):
        raise DamagedError(path) from None


def forget(path: Path) -> bool:
    """Remove a kept sign-in, and what a kill or a damage has left of others. Says whether there was any.

    Raises:
        SignInError: It cannot be removed.
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
    """Where a sign-in is written before it takes the place of the one before."""
    return target.with_name(f"{target.name}.new")


def corrupt_of(target: Path) -> Path:
    """Where a damaged file is put."""
    return target.with_name(f"{target.name}.corrupt")


def expected_owner(settings: Settings, found: Owner | None) -> Owner:
    """Whose sign-in the settings mean. A tenant that they name by its domain is taken to be the one that was found."""
    tenant = found.tenant_id if found and "." in settings.tenant_id else settings.tenant_id
    return Owner(settings.login_url, tenant, settings.client_id)


def wrong_owner_error(path: Path, owner: Owner, expected: Owner) -> ConfigError:
    """The complaint that a file keeps another sign-in than the one that is wanted."""
    return ConfigError(
        f"{path} keeps the sign-in of app {owner.client_id} in tenant {owner.tenant_id} "
        f"at {owner.login_url}, not of app {expected.client_id} in tenant {expected.tenant_id} "
        f"at {expected.login_url}.",
        "Give each app and tenant a `token_cache_path` of its own, or leave it out.",
    )


def resolve_link(path: Path) -> Path:
    """The file behind a symbolic link: replacing the link itself would leave the token in the wrong place."""
    return Path(os.path.realpath(path))


def _parse(text: bytes) -> tuple[Owner, KeptSignIn]:
    raw: dict[str, Any] = json.loads(text)
    if raw["version"] != VERSION:
        raise ValueError(raw["version"])
    owner = Owner(_needed(raw, "login_url"), _needed(raw, "tenant_id"), _needed(raw, "client_id"))
    return owner, KeptSignIn(
        refresh_token=_needed(raw, "refresh_token"),
        seed_sha256=_needed(raw, "seed_sha256"),
        redeemed_at=_needed(raw, "redeemed_at"),
        # The first files that this program wrote lack the rest.
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
    """The content of a file that `read` understands."""
    return json.dumps({"version": VERSION, **asdict(owner), **asdict(kept)}, indent=2).encode()

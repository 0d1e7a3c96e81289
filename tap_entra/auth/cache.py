"""The file that keeps the newest refresh token between runs.

A file of our own rather than MSAL's serialised cache: it must also hold which configured token it began with, and must
not hold access tokens, which are worth nothing tomorrow.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock

from tap_entra.auth.errors import ConfigError, SignInError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG = logging.getLogger(__name__)

VERSION = 1
"""Of the file's format."""

LOCK_TIMEOUT_S = 300.0
"""Longer than a redemption takes when every try of it times out."""


@dataclass(frozen=True)
class Owner:
    """Whose sign-in a file keeps: a refresh token is good for one app at one service, and is asked for one tenant."""

    login_url: str
    tenant_id: str
    client_id: str


@dataclass(frozen=True)
class Kept:
    """A sign-in, as kept.

    Attributes:
        refresh_token: The newest.
        seed_sha256: Digest of the configured token it descends from.
        redeemed_at: When the token was last redeemed, ISO 8601 in UTC. Microsoft lets it die 90 days later.
    """

    refresh_token: str = field(repr=False)
    seed_sha256: str
    redeemed_at: str


def digest(token: str) -> str:
    """A token's fingerprint. No salt: the tokens are long and random, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


class TokenCache:
    """One sign-in in one file, readable by its owner alone.

    Whoever redeems holds `locked()` from before `load()` until after `keep()`: where a token is good for one redemption
    only, a second process must not read it meanwhile.
    """

    def __init__(self, path: Path, owner: Owner) -> None:
        self.path = path
        self._owner = owner
        self._unsaved: Kept | None = None
        self._warned = False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes and threads away from the file; wait for them if need be.

        A folder that takes no lock is warned about and used without: better two runs that race than none at all,
        as Microsoft usually lets an old token live on beside its successor.

        Raises:
            SignInError: Another process held it for minutes.
        """
        lock = filelock.FileLock(f"{self._target()}.lock", mode=0o600, timeout=LOCK_TIMEOUT_S)
        try:
            self._target().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire()
        except filelock.Timeout:
            raise SignInError(
                f"Another process has kept {self.path} locked for {LOCK_TIMEOUT_S:.0f} s.",
                "Find it (a hung run?) and end it; the lock goes with it.",
            ) from None
        except (OSError, NotImplementedError) as error:
            self._warn_that_nothing_is_kept(error)
        try:
            yield
        finally:
            lock.release()

    def load(self) -> Kept | None:
        """Read what is kept, None if there is nothing.

        A damaged file is set aside with a warning, as `….corrupt`.

        Raises:
            ConfigError: The file keeps somebody else's sign-in, which must not be overwritten.
            SignInError: The file is there but must not be read.
        """
        if self._unsaved:
            return self._unsaved
        try:
            text = self._target().read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise SignInError(
                f"The kept sign-in at {self.path} cannot be read: {error.strerror}.",
                "Make it a file that belongs to the user who runs the tap, or set another `token_cache_path`.",
            ) from None
        try:
            owner, kept = _parse(text)
        except (ValueError, TypeError, KeyError):
            self._set_aside()
            return None
        if owner != self._owner:
            raise ConfigError(
                f"{self.path} keeps the sign-in of app {owner.client_id} in tenant {owner.tenant_id} "
                f"at {owner.login_url}, not of app {self._owner.client_id} in tenant {self._owner.tenant_id} "
                f"at {self._owner.login_url}.",
                "Give each app and tenant a `token_cache_path` of its own, or leave it out.",
            )
        return kept

    def keep(self, kept: Kept) -> None:
        """Replace what is kept: at every moment, even a power cut's, the file is whole, old or new.

        What cannot be written is remembered until this process ends, with a warning.
        """
        target = self._target()
        draft = target.with_name(f"{target.name}.new")
        try:
            # What a killed run left behind. Being there before would also keep its own, maybe wider, permissions.
            draft.unlink(missing_ok=True)
            _write_durably(draft, _serialise(self._owner, kept))
            draft.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            self._unsaved = kept
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            self._warn_that_nothing_is_kept(error)
        else:
            self._unsaved = None

    def _target(self) -> Path:
        """The file behind a symbolic link: replacing the link itself would leave the token in the wrong place."""
        return Path(os.path.realpath(self.path))

    def _set_aside(self) -> None:
        target = self._target()
        aside = target.with_name(f"{target.name}.corrupt")
        try:
            target.replace(aside)
        except OSError as error:
            LOG.warning("The kept sign-in at %s is damaged and cannot be moved (%s).", self.path, error.strerror)
        else:
            LOG.warning("The kept sign-in at %s is damaged; it is set aside as %s.", self.path, aside)

    def _warn_that_nothing_is_kept(self, error: OSError | NotImplementedError) -> None:
        if self._warned:
            return
        self._warned = True
        LOG.warning(
            "The sign-in cannot be kept at %s (%s). This run goes on, but the renewed refresh token is lost at its "
            "end, and the one in use dies 90 days after it was issued. Let `token_cache_path` be a file in a folder "
            "that can be written to and outlives the run.",
            self.path,
            getattr(error, "strerror", None) or error,
        )


def _parse(text: bytes) -> tuple[Owner, Kept]:
    raw: dict[str, Any] = json.loads(text)
    if raw["version"] != VERSION:
        raise ValueError(raw["version"])
    values = {name: raw[name] for name in ("login_url", "tenant_id", "client_id", *Kept.__dataclass_fields__)}
    if not all(isinstance(value, str) and value for value in values.values()):
        raise TypeError
    owner = Owner(*(values.pop(name) for name in ("login_url", "tenant_id", "client_id")))
    return owner, Kept(**values)


def _serialise(owner: Owner, kept: Kept) -> bytes:
    return json.dumps({"version": VERSION, **asdict(owner), **asdict(kept)}, indent=2).encode()


def _write_durably(path: Path, content: bytes) -> None:
    # O_EXCL: the permissions hold from the first byte on, and no link that somebody put there is followed.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The file that keeps the newest refresh token between runs.

A file of our own rather than MSAL's serialised cache: it must also hold which configured token it began with, and must
not hold access tokens, which are worth nothing tomorrow.
"""

from __future__ import annotations

import logging
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import filelock

from tap_entra.auth.errors import SignInError
from tap_entra.auth.token_file import (
    DamagedError,
    corrupt_of,
    draft_of,
    read,
    resolve_link,
    serialise,
    wrong_owner_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tap_entra.auth.token_file import KeptSignIn, Owner

LOG = logging.getLogger(__name__)

LOCK_TIMEOUT_S = 300.0
"""Longer than a redemption takes when every try of it times out."""
_SLICE_S = 0.25


class TokenCache:
    """One sign-in in one file, readable by its owner alone.

    Whoever redeems holds `locked()` from before `load()` until after `keep()`: where a token is good for one redemption
    only, a second process must not read it meanwhile.
    """

    def __init__(self, path: Path, owner: Owner, sleep: Callable[[float], None] = time.sleep) -> None:
        """Open nothing yet.

        Args:
            sleep: Waits for a lock, some seconds at a time; what it raises ends the wait.
        """
        self.path = path
        self._owner = owner
        self._sleep = sleep
        self._unsaved: KeptSignIn | None = None
        self._warned = False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes and threads away from the file; wait for them if need be.

        A folder that takes no lock is warned about and used without: better two runs that race than none at all,
        as Microsoft usually lets an old token live on beside its successor.

        Raises:
            SignInError: Another process held it for minutes.
        """
        lock = filelock.FileLock(f"{self._target()}.lock", mode=0o600)
        try:
            self._target().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._acquire(lock)
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

    def _acquire(self, lock: filelock.BaseFileLock) -> None:
        # Not in one piece: a run that is asked to stop must not wait for minutes first.
        waits_until = time.monotonic() + LOCK_TIMEOUT_S
        while not self._has(lock):
            if time.monotonic() >= waits_until:
                raise filelock.Timeout(lock.lock_file)
            self._sleep(_SLICE_S)

    @staticmethod
    def _has(lock: filelock.BaseFileLock) -> bool:
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            return False
        return True

    def load(self) -> KeptSignIn | None:
        """Read what is kept, None if there is nothing. Only while `locked()`.

        A damaged file is set aside with a warning, as `….corrupt`. What a killed run had written and not yet put in
        place is put there now: where a token is good for one redemption only, it is the last that Microsoft honours.

        Raises:
            ConfigError: The file keeps somebody else's sign-in, which must not be overwritten.
            SignInError: The file is there but must not be read.
        """
        if self._unsaved:
            return self._unsaved
        in_place = self._in_place()
        return self._adopt_draft() or in_place

    def keep(self, kept: KeptSignIn) -> None:
        """Replace what is kept: at every moment, even a power cut's, the file is whole, old or new.

        What cannot be written is remembered until this process ends, with a warning.
        """
        target = self._target()
        draft = draft_of(target)
        try:
            # Being there before would keep its own, maybe wider, permissions.
            draft.unlink(missing_ok=True)
            _write_durably(draft, serialise(self._owner, kept))
            draft.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            self._unsaved = kept
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            self._warn_that_nothing_is_kept(error)
        else:
            self._unsaved = None

    @property
    def is_lasting(self) -> bool:
        """Whether what was kept last is in the file, and not only in memory."""
        return self._unsaved is None

    def _target(self) -> Path:
        return resolve_link(self.path)

    def _in_place(self) -> KeptSignIn | None:
        try:
            found = read(self.path)
        except DamagedError:
            self._set_aside()
            return None
        if found is None:
            return None
        owner, kept = found
        if owner != self._owner:
            raise wrong_owner_error(self.path, owner, self._owner)
        return kept

    def _adopt_draft(self) -> KeptSignIn | None:
        draft = draft_of(self._target())
        try:
            found = None if draft.is_symlink() else read(draft)
            if found is None or found[0] != self._owner:
                return None
            draft.chmod(0o600)
            draft.replace(self._target())
        except (OSError, SignInError, DamagedError):
            return None
        return found[1]

    def _set_aside(self) -> None:
        target = self._target()
        aside = corrupt_of(target)
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


def may_be_kept(path: Path) -> bool:
    """Whether there is anything to read at a path, whole or not; also if nobody may look."""
    try:
        target = resolve_link(path)
        return target.exists() or draft_of(target).exists()
    except OSError:
        return True


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

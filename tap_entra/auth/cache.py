"""The file that keeps the newest refresh token between runs.

It is not MSAL's serialised cache. It must also hold which configured token it began with, and must not hold access
tokens, which expire before the next run.
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
"""Longer than a redemption takes if each of its tries times out."""
_SLICE_S = 0.25


class TokenCache:
    """One sign-in in one file, readable by its owner alone.

    A caller that redeems holds `locked()` from before `load()` until after `keep()`: if a token is good for one
    redemption only, a second process must not read it in between.
    """

    def __init__(self, path: Path, owner: Owner, sleep: Callable[[float], None] = time.sleep) -> None:
        """Open nothing yet.

        Args:
            sleep: Waits for a lock, in seconds; an exception from it ends the wait.
        """
        self.path = path
        self._owner = owner
        self._sleep = sleep
        self._unsaved: KeptSignIn | None = None
        self._warned = False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the file; wait until other processes and threads release it.

        If a folder takes no lock, log a warning and go on without one. Two runs that race are better than none, as
        Microsoft usually accepts an old token beside its successor.

        Raises:
            SignInError: Another process held it for `LOCK_TIMEOUT_S`.
        """
        lock = filelock.FileLock(f"{self._target()}.lock", mode=0o600)
        try:
            self._target().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._acquire(lock)
        except filelock.Timeout:
            raise SignInError(
                f"Another process has held the lock of {self.path} for {LOCK_TIMEOUT_S:.0f} s.",
                "Find that process, perhaps a run that hangs, and end it. Its lock ends with it.",
            ) from None
        except (OSError, NotImplementedError) as error:
            self._warn_that_nothing_is_kept(error)
        try:
            yield
        finally:
            lock.release()

    def _acquire(self, lock: filelock.BaseFileLock) -> None:
        # In slices, so that a run stops at once when it is asked to.
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
        """Return the kept sign-in, or None. Call it only while `locked()`.

        A damaged file is renamed to `….corrupt`, with a warning. A draft that a killed run left is put in place: if a
        token is good for one redemption only, the draft holds the last one that Microsoft accepts.

        Raises:
            ConfigError: The file keeps the sign-in of another app or tenant, which must not be overwritten.
            SignInError: The file is there but must not be read.
        """
        if self._unsaved:
            return self._unsaved
        in_place = self._in_place()
        return self._adopt_draft() or in_place

    def keep(self, kept: KeptSignIn) -> None:
        """Replace the kept sign-in. The file is whole at every moment, even after a power cut: the old or the new one.

        If it cannot be written, log a warning and keep the sign-in in memory until this process ends.
        """
        target = self._target()
        draft = draft_of(target)
        try:
            # An existing file would keep its own permissions, which may be wider.
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
        """Whether the newest sign-in is in the file, and not only in memory."""
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
            LOG.warning("The kept sign-in at %s is damaged; it was renamed to %s.", self.path, aside)

    def _warn_that_nothing_is_kept(self, error: OSError | NotImplementedError) -> None:
        if self._warned:
            return
        self._warned = True
        LOG.warning(
            "The sign-in cannot be kept at %s (%s). This run goes on, but loses the renewed refresh token at its end. "
            "The one in use expires 90 days after it was issued. Set `token_cache_path` to a file in a folder that the "
            "tap can write to and that outlives the run.",
            self.path,
            getattr(error, "strerror", None) or error,
        )


def may_be_kept(path: Path) -> bool:
    """Return whether a path may hold a sign-in, whole or not; True as well if the path cannot be examined."""
    try:
        target = resolve_link(path)
        return target.exists() or draft_of(target).exists()
    except OSError:
        return True


def _write_durably(path: Path, content: bytes) -> None:
    # O_EXCL: the permissions hold from the first byte on, and a planted link is not followed.
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

"""Run a command for one tenant: never twice at once, and never more tenants at once than the list allows.

Both are locks of the kernel on files. The command inherits them, so they end with it, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenants.tenant import Tenant

#: EX_TEMPFAIL of sysexits.h: try again later.
BUSY = 75
_POLL_S = 0.5
#: The one secret that all tenants of an app share.
_KEPT = frozenset({"TAP_ENTRA_CERTIFICATE_PASSWORD"})


def run(tenant: Tenant, command: Sequence[str], folder: Path, at_once: int) -> NoReturn:
    """Become the command, in the tenant's environment.

    Args:
        folder: Holds a folder per tenant, and the locks.
        at_once: How many tenants may run on this machine.

    Raises:
        SystemExit: With code 75 if the tenant runs already.
    """
    os.umask(0o077)
    own = folder.resolve() / tenant.id
    own.mkdir(parents=True, exist_ok=True)
    if not _locked(own / "lock"):
        sys.stderr.write(f"{tenant.id} runs already. Nothing was started.\n")
        sys.exit(BUSY)
    _wait_for_a_slot(tenant.id, folder, at_once)
    os.execvpe(command[0], list(command), environment(tenant, own))  # noqa: S606 - the user's own command


def environment(tenant: Tenant, own: Path) -> dict[str, str]:
    """Return the variables for a run: the tenant's, and this process's without those of another tenant."""
    inherited = {
        name: value for name, value in os.environ.items() if name in _KEPT or not name.startswith("TAP_ENTRA_")
    }
    # A state store per tenant, unless there is one for all.
    inherited.setdefault("MELTANO_DATABASE_URI", f"sqlite:///{own / 'meltano.db'}")
    # Programs that are installed beside this Python, such as meltano, without an activated environment.
    inherited["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)])
    return {
        **inherited,
        **tenant.environment(own),
        "MELTANO_SYS_DIR_ROOT": str(_system_folder(own)),
        # The lock tells that no other run is alive. Meltano would wait five minutes after one that was killed.
        "MELTANO_RUN_FORCE": "true",
    }


def _system_folder(own: Path) -> Path:
    """Return a folder for Meltano's own files, with the plugins of the project.

    Meltano gives the tap its catalog and its state as files of the same names in each run.
    """
    project = Path(os.environ.get("MELTANO_PROJECT_ROOT") or Path.cwd())
    shared = Path(os.environ.get("MELTANO_SYS_DIR_ROOT") or project / ".meltano").resolve()
    folder = own / "meltano"
    folder.mkdir(exist_ok=True)
    for kind in ("extractors", "loaders", "utilities"):
        (shared / kind).mkdir(parents=True, exist_ok=True)
        link = folder / kind
        if not link.is_symlink() or link.readlink() != shared / kind:
            link.unlink(missing_ok=True)
            link.symlink_to(shared / kind)
    return folder


def _wait_for_a_slot(id_: str, folder: Path, at_once: int) -> None:
    slots = [folder / f"slot-{number}" for number in range(at_once)]
    has_said = False
    while not any(_locked(slot) for slot in slots):
        if not has_said:
            sys.stderr.write(f"{id_} waits: {at_once} tenants are running.\n")
            has_said = True
        time.sleep(_POLL_S)


def _locked(path: Path) -> bool:
    """Take a lock for this process and what it becomes; return whether it was free."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    os.set_inheritable(descriptor, True)  # noqa: FBT003 - the only way to say it
    return True

"""Memory that pages took, given back to the system when they are done with."""

from __future__ import annotations

import ctypes

#: From glibc's malloc.h; see https://man7.org/linux/man-pages/man3/mallopt.3.html
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
#: Pages have megabytes. Of smaller blocks each new one would cost its page faults: at 64 KB a quarter more CPU time.
_LARGE_BYTES = 2 * 1024 * 1024


def give_back_pages() -> None:
    """Have large blocks of memory to themselves, wherever the C library is glibc; elsewhere nothing is done.

    Left alone it keeps a heap for each thread, and in each of them the room of the largest pages that have passed
    through it: with a dozen threads twice the memory that is ever in use.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_M_ARENA_MAX, 1)
    mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)

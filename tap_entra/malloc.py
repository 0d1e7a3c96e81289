"""Returns freed pages to the system."""

from __future__ import annotations

import ctypes

#: From glibc's malloc.h; see https://man7.org/linux/man-pages/man3/mallopt.3.html
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
#: Pages have megabytes. With smaller blocks, each new one costs page faults: a quarter more CPU time at 64 KB.
_LARGE_BYTES = 2 * 1024 * 1024


def give_back_pages() -> None:
    """Map large blocks of memory apart where the C library is glibc; elsewhere do nothing.

    By default glibc keeps a heap per thread, each as large as the largest pages that have passed through it: with a
    dozen threads, twice the memory in use.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_M_ARENA_MAX, 1)
    mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)

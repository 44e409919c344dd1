"""What a process of the coach does with its memory once everything is loaded."""

import ctypes
import gc
from contextlib import suppress


def settle() -> None:
    """Keep what was loaded out of the collector's rounds, and give back what only loading needed.

    A collector that goes through everything would hold up a block on a small machine. Takes a few hundredths of a
    second; to be called before anybody waits.
    """
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):  # malloc_trim is glibc's own
        ctypes.CDLL(None).malloc_trim(0)

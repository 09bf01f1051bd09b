"""Processes that write to one SQLite file queue up, so that none keeps the others out; the kernel ends the turn of one that dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from events.db.errors import Busy

GLANCE = 0.001  # seconds between two tries


@contextlib.contextmanager
def taken(folder: Path, *, until: float) -> Iterator[None]:
    """Blocks until this process is the next to write, held while it waits for the database; raises Busy at `until` (monotonic)."""
    file = os.open(folder, os.O_RDONLY)
    try:
        while not _is_mine(file):
            if time.monotonic() > until:
                raise Busy("waited for the other processes that write")
            time.sleep(GLANCE)
        yield
    finally:
        os.close(file)  # and with it the turn


def _is_mine(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""Forms refused, counted by the address they come from: a script that tries its luck is told to stop, whoever fills in rightly never is.

Kept in this process's memory: nothing is guessed here that a database would have to count for, and a rush is not the time to write.
"""

from __future__ import annotations

import time
from typing import Any

from litestar import Request

from events.people import attempts
from web import callers

MOST = 1_000  # refused in one window; thousands of phones may share a carrier's address or the store's wifi
WINDOW = 600.0  # seconds
ADDRESSES = 10_000  # remembered; then the oldest windows go

_refused: dict[str, tuple[float, int]] = {}  # when the window began, and how many


def is_over(request: Request[Any, Any, Any]) -> bool:
    """Count one more form of this address that was refused; whether that is too many."""
    now, address = time.monotonic(), attempts.network(callers.address(request))
    began, count = _refused.pop(address, (now, 0))
    if now - began > WINDOW:
        began, count = now, 0
    _refused[address] = began, count + 1
    if len(_refused) > ADDRESSES:
        del _refused[next(iter(_refused))]
    return count >= MOST

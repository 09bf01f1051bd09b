"""Access tokens of platforms that give them out for a while: kept in memory, fetched by one at a time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from events import clock, codes
from events.announce.channels import Outcome

EARLY = timedelta(minutes=5)  # a token is not used to its last moment

Fetched = tuple[str, int] | Outcome
"""A token and for how many seconds it is good, or why there is none."""


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    until: datetime


class Tokens:
    """Each under a key that tells nothing of the secret it was had for."""

    def __init__(self) -> None:
        self._kept: dict[str, _Token] = {}
        # A lock belongs to its loop; tests have several.
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, defaultdict[str, asyncio.Lock]] = WeakKeyDictionary()

    async def get(self, key: str, fetch: Callable[[], Awaitable[Fetched]]) -> str | Outcome:
        """The token under `key`, by `fetch` if there is none that is good. Who asks meanwhile waits for the same one."""
        async with self._lock(key):
            kept = self._kept.get(key)
            if kept is not None and kept.until > clock.now():
                return kept.value
            fetched = await fetch()
            if isinstance(fetched, Outcome):
                return fetched
            value, seconds = fetched
            self._kept[key] = _Token(value, clock.now() + timedelta(seconds=seconds) - EARLY)
            return value

    def forget(self, key: str, value: str) -> None:
        """The platform does not take it any more; another that came meanwhile stays."""
        kept = self._kept.get(key)
        if kept is not None and kept.value == value:
            del self._kept[key]

    def clear(self) -> None:
        self._kept.clear()

    def _lock(self, key: str) -> asyncio.Lock:
        return self._locks.setdefault(asyncio.get_running_loop(), defaultdict(asyncio.Lock))[key]


def key(*of: object) -> str:
    return codes.digest(f"token {' '.join(map(str, of))}")

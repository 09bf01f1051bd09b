"""How far back this node's processes still have something in hand: what none of them may be overtaken by for long.

Every process of a node says, in a few bytes of memory they share, since when it has had its oldest unfinished request. The kernel frees
the place of one that dies. Nodes know nothing of each other: among them the database's locks give the order.
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from events import clock

PLACES = 64  # processes of a node at most; one more says nothing
WIDTH = 8  # bytes of a place: seconds since 1970, as the machine writes a double; 0 is nothing in hand
NOTHING = 0.0
STUCK = timedelta(seconds=30)  # in hand for so long, it is no longer waited for: a process may hang


class Frontier:
    """This process's place among those of its node, and a look at the others'."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, PLACES * WIDTH)
        self._memory = mmap.mmap(self._file, PLACES * WIDTH)
        self._places = memoryview(self._memory).cast("d")
        self._mine = next((place for place in range(PLACES) if self._claims(place)), None)
        if self._mine is not None:
            self._places[self._mine] = NOTHING

    def say(self, oldest: datetime | None) -> None:
        """Since when this process has had its oldest request in hand; None: it has none."""
        if self._mine is not None:
            self._places[self._mine] = oldest.timestamp() if oldest else NOTHING

    def oldest(self) -> datetime | None:
        """The oldest that any living process has in hand, this one's included."""
        since = (clock.now() - STUCK).timestamp()
        said = sorted((moment, place) for place, moment in enumerate(self._places) if moment > since)
        living = (moment for moment, place in said if place == self._mine or not self._is_dead(place))
        return next((datetime.fromtimestamp(moment, UTC) for moment in living), None)

    def close(self) -> None:
        self.say(None)
        self._places.release()
        self._memory.close()
        os.close(self._file)  # and with it the place

    def _claims(self, place: int) -> bool:
        """A record lock on the place's first byte, which ends with the process."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place * WIDTH)
        except OSError:
            return False
        return True

    def _is_dead(self, place: int) -> bool:
        """Whether whoever had the place is gone; what it said is wiped away then."""
        if not self._claims(place):
            return False
        self._places[place] = NOTHING
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place * WIDTH)
        return True


_open: list[Frontier] = []  # one, while this process serves or does duties


@contextlib.contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Take part in the node's frontier, in its data folder."""
    frontier = Frontier(folder / "frontier")
    _open.append(frontier)
    try:
        yield
    finally:
        _open.remove(frontier)
        frontier.close()


def say(oldest: datetime | None) -> None:
    """As Frontier.say, where this process takes part."""
    for frontier in _open:
        frontier.say(oldest)


def oldest() -> datetime | None:
    """As Frontier.oldest; None where this process takes no part."""
    found = [moment for frontier in _open if (moment := frontier.oldest()) is not None]
    return min(found, default=None)

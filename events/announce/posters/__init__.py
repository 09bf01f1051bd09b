"""Owns the poster: one picture of an event for one group's chat, drawn by us and kept in memory for a while."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from events.announce.posters import drawing
from events.announce.posters.poster import Fact, Poster

__all__ = ["Fact", "Poster", "png"]

KEPT = 8_000_000  # bytes: some twenty posters

# One at a time: fonts are not for two threads at once, and the loop goes on beside it.
_workshop = ThreadPoolExecutor(max_workers=1, thread_name_prefix="posters")
_wall: dict[str, bytes] = {}  # by digest, the longest drawn first; only the workshop changes it


async def png(poster: Poster) -> bytes:
    """The picture, 1080 pixels wide, drawn at most once while it is kept; a third of a second beside the loop.

    NoFonts when there is nothing to write with.
    """
    digest = poster.digest
    if (drawn := _wall.get(digest)) is not None:
        return drawn
    return await asyncio.get_running_loop().run_in_executor(_workshop, _drawn_once, digest, poster)


def _drawn_once(digest: str, poster: Poster) -> bytes:
    """In the workshop: whoever waited behind the same poster finds it."""
    if (drawn := _wall.get(digest)) is not None:
        return drawn
    drawn = drawing.png(poster)
    if len(drawn) <= KEPT:
        _wall[digest] = drawn
    while sum(map(len, _wall.values())) > KEPT:
        del _wall[next(iter(_wall))]
    return drawn

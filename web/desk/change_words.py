"""A change in words: the draft for groups, in their language, and the lines that say from where to where."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from events.announce.occasions import Moved
from events.catalog import listing
from events.catalog.tables import Event, Session, Venue
from web.desk import announcement_words
from web.site import faces
from web.times import Times


@dataclass(frozen=True)
class Move:
    """A session as it was and as it is to be; the places as anybody may read them."""

    was_starts_at: datetime
    was_ends_at: datetime
    was_place: str
    starts_at: datetime
    ends_at: datetime
    place: str

    @property
    def is_elsewhere(self) -> bool:
        return self.was_place != self.place

    @property
    def is_at_another_time(self) -> bool:
        return (self.was_starts_at, self.was_ends_at) != (self.starts_at, self.ends_at)


async def move(session: Session, was: Venue, venue: Venue, starts_at: datetime, ends_at: datetime) -> Move:
    """What is about to be done to a session."""
    places = [await faces.place(each, confirmed=False) for each in (was, venue)]
    return Move(session.starts_at, session.ends_at, places[0], starts_at, ends_at, places[1])


async def draft_moved(event: Event, session: Session, moved: Move, times: Times) -> str:
    """For groups: true on whatever day it is read; each group's own link follows by itself."""
    meeting = next(each for each in await listing.meetings(event.id) if each.session == session.id)
    at = replace(meeting.place, name=moved.place, compound="") if moved.is_elsewhere else meeting.place
    there = replace(meeting, starts_at=moved.starts_at, ends_at=moved.ends_at, place=at)
    was_place = moved.was_place if moved.is_elsewhere else ""
    return announcement_words.changed(event.title, [Moved(there, moved.was_starts_at, moved.was_ends_at, was_place)], times)


async def draft_off(event: Event, off: Collection[Session], reason: str, times: Times) -> str:
    """Called off: which, why, and what still takes place."""
    ids, coming = (
        {each.id for each in off},
        [each for each in await listing.meetings(event.id) if each.is_on and each.starts_at > times.now],
    )
    gone, others = [each for each in coming if each.session in ids], [each for each in coming if each.session not in ids]
    return announcement_words.called_off(event.title, gone, others, reason, times)

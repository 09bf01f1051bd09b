"""What happened, told upward: a service tells a fact, and `reactions` decides who hears it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events import db


@dataclass(frozen=True)
class Registered:
    """A family's registration was written, placed or waiting."""

    registration: int
    session: int


@dataclass(frozen=True)
class Placed:
    """A registration got its places, at once or from the waiting list. `is_news`: its family had waited, and does not know yet."""

    registration: int
    session: int
    is_news: bool = False


@dataclass(frozen=True)
class Completed:
    """The rest of a split family got its places too; `registration` is the whole family's."""

    registration: int
    session: int


@dataclass(frozen=True)
class Offered:
    """Places are held for a waiting family until `ends_at`; it is asked."""

    registration: int
    session: int
    ends_at: datetime


@dataclass(frozen=True)
class Lapsed:
    """A family did not answer an offer in time: it waits on and is asked no more by itself."""

    registration: int
    session: int


@dataclass(frozen=True)
class Approved:
    """The store nodded to a registration, and there was no room: it waits from now on."""

    registration: int
    session: int


@dataclass(frozen=True)
class LetGo:
    """The store said no to a registration, or it was not confirmed in time: it is over, and its family did not do it."""

    registration: int
    session: int


@dataclass(frozen=True)
class PlacesFreed:
    """Places of a session became free (given back, or raised)."""

    session: int


@dataclass(frozen=True)
class Leaving:
    """People are about to give their places back; a reaction may refuse it."""

    attendees: tuple[int, ...]


@dataclass(frozen=True)
class SessionChanged:
    """Time, place or state of a session changed; `was_…` is how it stood before. Sessions changed by one act share `act`."""

    session: int
    act: str
    was_starts_at: datetime
    was_ends_at: datetime
    was_venue: int
    by: int | None = None  # of the staff


@dataclass(frozen=True)
class EventPublished:
    """An event became visible to families."""

    event: int


@dataclass(frozen=True)
class EventCancelled:
    """An event was called off with all its coming sessions: their changes have the same `act`."""

    event: int
    act: str = ""


@dataclass(frozen=True)
class HandedOver:
    """What one member of staff looked after is another's from now on, where that one may see it."""

    from_staff: int
    to_staff: int
    store: int | None  # None: the taker sees every store


@dataclass(frozen=True)
class Moved:
    """A registration became one in another session; nobody of it had come."""

    registration: int
    to: int
    session: int  # the other one


@dataclass(frozen=True)
class Merged:
    """Households became one; their registrations are held."""

    households: tuple[int, ...]


@dataclass(frozen=True)
class Parted:
    """Households that were one are several again; their registrations are held."""

    households: tuple[int, ...]


@dataclass(frozen=True)
class Erased:
    """What was told of these families is gone, and of those merged into them."""

    households: tuple[int, ...]


@dataclass(frozen=True)
class RulesChanged:
    """An event's rules are others now."""

    event: int


@dataclass(frozen=True)
class MessageEnded:
    """A message of the outbox came to its end: `end` is sent, failed or unknown."""

    message: int
    end: str


Reaction = Callable[[Any], Awaitable[None]]
_when: dict[type, Sequence[Reaction]] = {}


def listen(when: Mapping[type, Sequence[Reaction]]) -> None:
    """Install the table of reactions; `events.reactions` does it once on import."""
    _when.clear()
    _when.update(when)


async def tell(fact: object) -> None:
    """Run the reactions to `fact` inside the transaction that made it true; outside one this is a bug."""
    if not db.in_writing():
        raise RuntimeError(f"{type(fact).__name__} told outside writing()")
    for reaction in _when.get(type(fact), ()):
        await reaction(fact)

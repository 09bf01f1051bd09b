"""What happened, told upward: a service tells a fact, and `reactions` decides who hears it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events import db


@dataclass(frozen=True)
class Registered:
    """A family's registration was written, placed or waiting."""

    registration: int
    session: int


@dataclass(frozen=True)
class Placed:
    """A registration got its places, at once or from the waiting list."""

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
    """Time, place or state of a session changed."""

    session: int


@dataclass(frozen=True)
class EventPublished:
    """An event became visible to families."""

    event: int


@dataclass(frozen=True)
class EventCancelled:
    """An event was called off with all its coming sessions."""

    event: int


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
class RulesChanged:
    """An event's rules are others now."""

    event: int


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

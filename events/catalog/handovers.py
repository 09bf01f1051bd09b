"""Events that change hands when a host leaves."""

from __future__ import annotations

from typing import Any

from events import clock
from events.catalog.tables import Event, EventState, Session, SessionState
from events.facts import HandedOver


async def take_over(fact: HandedOver) -> None:
    """A reaction: what is not over gets its new host. What is over keeps the one who held it."""
    theirs = [row["id"] for row in await Event.select(Event.id).where(_theirs(fact.from_staff, fact.store)).order_by(Event.id)]
    unfinished = await _unfinished(theirs)
    if unfinished:
        await Event.update({Event.host: fact.to_staff}).where(Event.id.is_in(unfinished), Event.host == fact.from_staff)


async def held_by(staff: int) -> int:
    """How many events not yet over somebody looks after."""
    return len(await _unfinished([row["id"] for row in await Event.select(Event.id).where(_theirs(staff, None))]))


def _theirs(staff: int, store: int | None) -> Any:
    theirs = (Event.host == staff) & (Event.state != EventState.CANCELLED)
    return theirs if store is None else theirs & (Event.store == store)


async def _unfinished(events: list[int]) -> list[int]:
    """Of these events the drafts, those without a session yet and those with one to come, in order."""
    if not events:
        return []
    coming = Session.select(Session.event).where(Session.event.is_in(events))
    dated = {row["event"] for row in await coming}
    ahead = {row["event"] for row in await coming.where(Session.state == SessionState.ON, Session.ends_at > clock.now())}
    drafts = {row["id"] for row in await Event.select(Event.id).where(Event.id.is_in(events), Event.state == EventState.DRAFT)}
    return [each for each in events if each in ahead or each in drafts or each not in dated]

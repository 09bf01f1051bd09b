"""Sessions: the dated meetings of an event, one by one or as a series. Every writer holds the event first, then the session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from piccolo.columns import Column

from events import clock, facts
from events.catalog import events, series, visits
from events.catalog.tables import Event, EventState, Session, SessionState, Store, Venue
from events.catalog.visits import NOWHERE, Visit
from events.db import Prepared, lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit
from events.people.tables import Staff

PLACES = 100_000
LONGEST = timedelta(hours=24)
AHEAD = timedelta(days=3 * 366)


_whole = Prepared(lambda id: Session.objects(Session.event, Session.event._.store).where(Session.id == id))


async def whole(session: int) -> tuple[Session, Event, Store]:
    """A session with its event and store, as they are now, in one query. NotThere when there is none."""
    rows = await _whole(session)
    if not rows:
        raise NotThere
    (row,) = rows
    event = row.event
    store = event.store
    row.event, event.store = event.id, store.id  # plain ids, as everywhere
    return row, event, store


async def last_end(event: int) -> datetime | None:
    """When the last session of a published event ends; None when none is to come."""
    coming = (Session.state == SessionState.ON) & (Session.ends_at > clock.now()) & (Session.event._.state == EventState.PUBLISHED)
    row = await Session.select(Session.ends_at).where((Session.event == event) & coming).order_by(Session.ends_at, ascending=False).first()
    return row["ends_at"] if row else None


async def add(
    event: Event, venue: Venue, starts_at: datetime, ends_at: datetime, places: int, *, visit: Visit = NOWHERE, by: Staff
) -> Session:
    """One more session, in the future, at a venue of the event's store."""
    (session,) = await _add(event, venue, [(starts_at, ends_at)], places, visit=visit, by=by)
    return session


async def add_series(event: Event, venue: Venue, wanted: series.Series, places: int, *, by: Staff) -> list[Session]:
    """A session for every start of the series, in order: all of them, or none when one of them is refused."""
    return await _add(event, venue, [(start, start + wanted.length) for start in series.starts(wanted)], places, by=by)


async def change(
    session: Session, venue: Venue, starts_at: datetime, ends_at: datetime, *, visit: Visit | None = None, by: Staff
) -> Session:
    """Another time or place: calendars get a new SEQUENCE, families hear of it. Another flat is another place, another person to call
    is not. The same again changes nothing, and neither does a `visit` that is not told.
    """
    async with writing():
        event, session = await hold(session, by=by)
        was, visit = Visit.of(session), Visit.of(session) if visit is None else visit
        is_moved = (session.venue, session.starts_at, session.ends_at, was.flat) != (venue.id, starts_at, ends_at, visit.flat)
        if not is_moved and visit == was:
            return session
        visits.check(visit)
        _check_on(event, session)
        _check_time(starts_at, ends_at, must_be_future=starts_at != session.starts_at)
        if session.venue != venue.id:
            await _check_venue(event, venue)
        if await doubles(event, venue, [starts_at], but=session.id):
            raise Refused(_("这个时间、这个地点已经有一场了"), field="starts_at")
        when_and_where = {Session.venue: venue.id, Session.starts_at: starts_at, Session.ends_at: ends_at, **visit.columns()}
        await _changed(session, when_and_where, is_moved=is_moved)
        await audit.record(by, "session.changed" if is_moved else "session.contact", session, store=event.store)
        if is_moved and event.state == EventState.PUBLISHED:
            await facts.tell(facts.SessionChanged(session.id))
    return session


async def cancel(session: Session, reason: str, *, by: Staff) -> Session:
    """Called off, for a reason families read; twice is the same as once, and what is over cannot be."""
    reason = events.checked_reason(reason)
    async with writing():
        event, session = await hold(session, by=by)
        if session.state == SessionState.CANCELLED:
            return session
        _check_on(event, session)
        await _changed(session, {Session.state: SessionState.CANCELLED, Session.cancel_reason: reason})
        await audit.record(by, "session.cancelled", session, store=event.store)
        if event.state == EventState.PUBLISHED:
            await facts.tell(facts.SessionChanged(session.id))
    return session


async def hold(session: Session, *, by: Staff) -> tuple[Event, Session]:
    """Event and session as they are now, under their locks. Refused unless `by` may edit the event."""
    event = await events.hold(session.event, by=by)
    await lock(Session, session.id)
    row = await Session.objects().where(Session.id == session.id).first()
    if row is None:
        raise NotThere
    return event, row


async def doubles(event: Event, venue: Venue, starts: Iterable[datetime], *, but: int = 0) -> set[datetime]:
    """Which of these starts the event already has at this venue; the session `but` does not count."""
    rows = await Session.select(Session.starts_at).where(
        (Session.event == event.id)
        & (Session.venue == venue.id)
        & (Session.state == SessionState.ON)
        & (Session.id != but)
        & Session.starts_at.is_in(list(starts))
    )
    return {row["starts_at"] for row in rows}


async def _add(
    event: Event, venue: Venue, slots: Sequence[tuple[datetime, datetime]], places: int, *, visit: Visit = NOWHERE, by: Staff
) -> list[Session]:
    visits.check(visit)
    if not 1 <= places <= PLACES:
        raise Refused(_("名额要在 1 到 %(n)s 之间"), field="places", n=PLACES)
    if not slots:
        raise Refused(_("这几周里没有这样的日子"), field="weekdays")
    for starts_at, ends_at in slots:
        _check_time(starts_at, ends_at)
    async with writing():
        event = await events.hold(event.id, by=by)
        if event.state == EventState.CANCELLED:
            raise Refused(_("活动取消了，不能再加场次"))
        await _check_venue(event, venue)
        if there := await doubles(event, venue, [start for start, _end in slots]):
            raise Refused(_("这个时间、这个地点已经有 %(n)s 场，改一改再加"), field="starts_at", n=len(there))
        rows = [
            Session(event=event.id, venue=venue.id, starts_at=start, ends_at=end, places=places, uid=uuid4(), **asdict(visit))
            for start, end in slots
        ]
        await Session.insert(*rows)
        added = await Session.objects().where(Session.uid.is_in([row.uid for row in rows])).order_by(Session.starts_at)
        for session in added:
            await audit.record(by, "session.added", session, store=event.store)
    return added


async def _changed(session: Session, values: dict[Column | str, Any], *, is_moved: bool = True) -> None:
    await session.update_self({**values, Session.sequence: session.sequence + is_moved, Session.changed_at: clock.now()})


def _check_on(event: Event, session: Session) -> None:
    if event.state == EventState.CANCELLED or session.state == SessionState.CANCELLED:
        raise Refused(_("这一场取消了，不能再改"))
    if session.ends_at <= clock.now():
        raise Refused(_("这一场已经结束了"))


def _check_time(starts_at: datetime, ends_at: datetime, *, must_be_future: bool = True) -> None:
    if starts_at.tzinfo is None or ends_at.tzinfo is None:
        raise ValueError("a session's time without a time zone")
    moment = clock.now()
    if ends_at <= starts_at:
        raise Refused(_("结束要晚于开始"), field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise Refused(_("一场最长 24 小时"), field="ends_at")
    if must_be_future and starts_at <= moment:
        raise Refused(_("开始的时间已经过去了"), field="starts_at")
    if ends_at <= moment:
        raise Refused(_("结束的时间已经过去了"), field="ends_at")
    if starts_at > moment + AHEAD:
        raise Refused(_("最多排到 3 年以后"), field="starts_at")


async def _check_venue(event: Event, venue: Venue) -> None:
    """Held, so that nobody puts the venue away while a session moves in."""
    await lock(Venue, venue.id)
    row = await Venue.objects().where(Venue.id == venue.id).first()
    if row is None or row.store != event.store:
        raise NotThere
    if row.archived_at is not None:
        raise Refused(_("这个地点收起来了，选一个在用的"), field="venue")

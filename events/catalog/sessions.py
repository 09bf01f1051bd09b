"""Sessions: the dated meetings of an event, one by one or as a series. Every writer holds the event first, then the session."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from piccolo.columns import Column

from events import clock, codes, facts
from events.catalog import events, series, visits
from events.catalog.tables import Event, EventState, Session, SessionState, Store, Venue
from events.catalog.visits import NOWHERE, Visit
from events.db import Listed, lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit
from events.people.tables import Staff

PLACES = 100_000
LONGEST = timedelta(hours=24)
AHEAD = timedelta(days=3 * 366)


async def whole(session: int) -> tuple[Session, Event, Store]:
    """A session with its event and store, as they are now, in one query. NotThere when there is none."""
    found = await whole_of([session])
    if not found:
        raise NotThere
    return found[session]


async def whole_of(ids: Collection[int]) -> dict[int, tuple[Session, Event, Store]]:
    """The same of several, still in one query; what is none is left out."""
    found = {}
    for row in await _whole(sorted(ids)):
        event = row.event
        store = event.store
        row.event, event.store = event.id, store.id  # plain ids, as everywhere
        found[row.id] = (row, event, store)
    return found


_whole = Listed(lambda ids: Session.objects(Session.event, Session.event._.store).where(Session.id.is_in(ids)))


async def last_end(event: int) -> datetime | None:
    """When the last session of a published event ends; None when none is to come."""
    coming = (Session.state == SessionState.ON) & (Session.ends_at > clock.now()) & (Session.event._.state == EventState.PUBLISHED)
    row = await Session.select(Session.ends_at).where((Session.event == event) & coming).order_by(Session.ends_at, ascending=False).first()
    return row["ends_at"] if row else None


async def coming(event: int) -> list[Session]:
    """The sessions of an event that are to take place and have not begun, soonest first."""
    wanted = (Session.event == event) & (Session.state == SessionState.ON) & (Session.starts_at > clock.now())
    return await Session.objects().where(wanted).order_by(Session.starts_at, Session.id)


async def add(
    event: Event, venue: Venue, starts_at: datetime, ends_at: datetime, places: int, *, visit: Visit = NOWHERE, by: Staff
) -> Session:
    """One more session, in the future, at a venue of the event's store."""
    (session,) = await _add(event, venue, [(starts_at, ends_at)], places, visit=visit, by=by)
    return session


async def check_add(
    event: Event, venue: Venue, starts_at: datetime, ends_at: datetime, places: int, *, visit: Visit = NOWHERE, by: Staff
) -> None:
    """Refused with what `add` would refuse now; nothing is written."""
    async with writing():
        await _check_add(event, venue, [(starts_at, ends_at)], places, visit, by)


async def check_series(event: Event, venue: Venue, wanted: series.Series, places: int, *, by: Staff) -> None:
    """Refused with what `add_series` would refuse now; nothing is written."""
    async with writing():
        await _check_add(event, venue, series.slots(wanted), places, NOWHERE, by)


async def add_series(event: Event, venue: Venue, wanted: series.Series, places: int, *, by: Staff) -> list[Session]:
    """A session for every start of the series, in order: all of them, or none when one of them is refused."""
    return await _add(event, venue, series.slots(wanted), places, by=by)


async def change(
    session: Session, venue: Venue, starts_at: datetime, ends_at: datetime, *, visit: Visit | None = None, act: str = "", by: Staff
) -> Session:
    """Another time or place: calendars get a new SEQUENCE, families hear of it. Another flat is another place, another person to call
    is not. The same again changes nothing, and neither does a `visit` that is not told. `act` names what was done, else it gets a name.
    """
    async with writing():
        event, session = await hold(session, by=by)
        was, visit = Visit.of(session), Visit.of(session) if visit is None else visit
        is_moved = moves(session, venue, starts_at, ends_at, visit)
        if not is_moved and visit == was:
            return session
        await _check_change(event, session, venue, starts_at, ends_at, visit)
        before = _fact(session, act, by)
        when_and_where = {Session.venue: venue.id, Session.starts_at: starts_at, Session.ends_at: ends_at, **visit.columns()}
        await _changed(session, when_and_where, is_moved=is_moved)
        await audit.record(by, "session.changed" if is_moved else "session.contact", session, store=event.store)
        if is_moved and event.state == EventState.PUBLISHED:
            await facts.tell(before)
    return session


def moves(session: Session, venue: Venue, starts_at: datetime, ends_at: datetime, visit: Visit | None = None) -> bool:
    """Whether families would have to come at another time, or to another place."""
    flat = session.flat if visit is None else visit.flat
    return (session.venue, session.starts_at, session.ends_at, session.flat) != (venue.id, starts_at, ends_at, flat)


async def check_change(
    session: Session, venue: Venue, starts_at: datetime, ends_at: datetime, *, visit: Visit | None = None, by: Staff
) -> None:
    """Refused with what `change` would refuse now; nothing is written."""
    async with writing():
        event, session = await hold(session, by=by)
        await _check_change(event, session, venue, starts_at, ends_at, Visit.of(session) if visit is None else visit)


async def check_cancel(session: Session, reason: str, *, by: Staff) -> None:
    """Refused with what `cancel` would refuse now; nothing is written."""
    events.checked_reason(reason)
    async with writing():
        event, session = await hold(session, by=by)
        if session.state != SessionState.CANCELLED:
            _check_on(event, session)


async def cancel(session: Session, reason: str, *, act: str = "", by: Staff) -> Session:
    """Called off, for a reason families read; twice is the same as once, and what is over cannot be. `act` as in `change`."""
    reason = events.checked_reason(reason)
    async with writing():
        event, session = await hold(session, by=by)
        if session.state == SessionState.CANCELLED:
            return session
        _check_on(event, session)
        before = _fact(session, act, by)
        await _changed(session, {Session.state: SessionState.CANCELLED, Session.cancel_reason: reason})
        await audit.record(by, "session.cancelled", session, store=event.store)
        if event.state == EventState.PUBLISHED:
            await facts.tell(before)
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
    wanted = list(starts)
    if not wanted:
        return set()
    rows = await Session.select(Session.starts_at).where(
        (Session.event == event.id)
        & (Session.venue == venue.id)
        & (Session.state == SessionState.ON)
        & (Session.id != but)
        & Session.starts_at.is_in(wanted)
    )
    return {row["starts_at"] for row in rows}


async def _add(
    event: Event, venue: Venue, slots: Sequence[tuple[datetime, datetime]], places: int, *, visit: Visit = NOWHERE, by: Staff
) -> list[Session]:
    async with writing():
        event = await _check_add(event, venue, slots, places, visit, by)
        rows = [
            Session(event=event.id, venue=venue.id, starts_at=start, ends_at=end, places=places, uid=uuid4(), **asdict(visit))
            for start, end in slots
        ]
        await Session.insert(*rows)
        added = await Session.objects().where(Session.uid.is_in([row.uid for row in rows])).order_by(Session.starts_at)
        for session in added:
            await audit.record(by, "session.added", session, store=event.store)
    return added


async def _check_add(event: Event, venue: Venue, slots: Sequence[tuple[datetime, datetime]], places: int, visit: Visit, by: Staff) -> Event:
    """The event as it is now, under its lock."""
    visits.check(visit)
    if not 1 <= places <= PLACES:
        raise Refused(_("名额要在 1 到 %(n)s 之间"), field="places", n=PLACES)
    if not slots:
        raise Refused(_("这几周里没有这样的日子"), field="weekdays")
    for starts_at, ends_at in slots:
        _check_time(starts_at, ends_at)
    event = await events.hold(event.id, by=by)
    if event.state == EventState.CANCELLED:
        raise Refused(_("活动取消了，不能再加场次"))
    await _check_venue(event, venue)
    if there := await doubles(event, venue, [start for start, _end in slots]):
        raise Refused(_("这个时间、这个地点已经有 %(n)s 场，改一改再加"), field="starts_at", n=len(there))
    return event


async def _changed(session: Session, values: dict[Column | str, Any], *, is_moved: bool = True) -> None:
    await session.update_self({**values, Session.sequence: session.sequence + is_moved, Session.changed_at: clock.now()})


async def _check_change(event: Event, session: Session, venue: Venue, starts_at: datetime, ends_at: datetime, visit: Visit) -> None:
    visits.check(visit)
    _check_on(event, session)
    _check_time(starts_at, ends_at, must_be_future=starts_at != session.starts_at)
    if session.venue != venue.id:
        await _check_venue(event, venue)
    if await doubles(event, venue, [starts_at], but=session.id):
        raise Refused(_("这个时间、这个地点已经有一场了"), field="starts_at")


def _fact(session: Session, act: str, by: Staff) -> facts.SessionChanged:
    """What will have been changed, said while the session still stands as it was."""
    return facts.SessionChanged(session.id, act or codes.secret(26), session.starts_at, session.ends_at, session.venue, by.id)


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

"""Reminders: the day before, two hours before, and thanks the day after. Queued when their moment has come, for the start that holds then.

A session that is moved has other moments: what was queued for the old start is dropped when its turn comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from piccolo.custom_types import Combinable

from events import clock
from events.catalog import quiet
from events.catalog.tables import Event, EventState, Session, SessionState, Store
from events.checkin.tables import Passage, Way
from events.db import writing
from events.notices.queueing import queue, stamp
from events.notices.tables import Notice, NoticeKind, NoticeState
from events.signup import confirmations
from events.signup.tables import Attendee, Registration, State

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOON = 2 * HOUR
FRESH = 36 * HOUR  # signed up so shortly before the start: needs no word the day before
JUST_NOW = 4 * HOUR  # … and none two hours before
LAST_HALF = timedelta(minutes=30)  # before the start: too late to remind anybody
THANKED_AT = time(10)
THANKED_UNTIL = 3 * DAY  # after the end
AT_ONCE = 500  # notices in one statement
PLACED = Registration.state == State.PLACED


@dataclass(frozen=True)
class Meeting:
    """A session with what decides when its families are reminded."""

    session: Session
    event: Event
    store: Store

    @property
    def about(self) -> str:
        return stamp(self.session.starts_at)

    @property
    def day(self) -> datetime:
        """Midnight, where the store is, of the day it is on."""
        return self._midnight(self.session.starts_at)

    def day_before(self) -> datetime:
        """24 hours before, or when families are asked whether they come; at a decent hour of the day before."""
        asks = self.event.asks_day_before
        moment = confirmations.asks_from(self.session, self.store.zone) if asks else self.session.starts_at - DAY
        later = quiet.over_at(self.store, moment)
        return later if later < self.day else self._evening()

    def soon(self) -> datetime:
        """Two hours before; later when that is a quiet hour."""
        return quiet.over_at(self.store, self.session.starts_at - SOON)

    def thanks(self) -> datetime:
        """The morning after."""
        midnight = self._midnight(self.session.ends_at) + DAY
        return quiet.over_at(self.store, datetime.combine(midnight.date(), THANKED_AT, midnight.tzinfo))

    def is_early(self) -> bool:
        """Whether "two hours before" would be a quiet hour."""
        return quiet.is_quiet(self.store, self.session.starts_at - SOON)

    def _midnight(self, moment: datetime) -> datetime:
        local = moment.astimezone(ZoneInfo(self.store.zone))
        return local.replace(hour=0, minute=0, second=0, microsecond=0)

    def _evening(self) -> datetime:
        """An hour before the quiet hours of the day before begin."""
        before = (self.day - HOUR).date()
        begins = datetime.combine(before, self.store.quiet_from, ZoneInfo(self.store.zone))
        return begins - HOUR if self.store.quiet_from > self.store.quiet_until else self.day - HOUR


async def queue_due() -> int:
    """Queue the reminders whose moment has come. How many notices; the same moment again queues none."""
    moment = clock.now()
    coming = await _meetings(Session.starts_at > moment, Session.starts_at <= moment + 2 * DAY)
    over = await _meetings(Session.ends_at <= moment, Session.ends_at > moment - THANKED_UNTIL)
    before = [each for each in coming if each.day_before() <= moment < each.day]
    soon = [each for each in coming if each.soon() <= moment < each.session.starts_at - LAST_HALF]
    thanks = [each for each in over if each.thanks() <= moment]
    count = 0
    for kind, meetings in ((NoticeKind.DAY_BEFORE, before), (NoticeKind.SOON, soon), (NoticeKind.THANKS, thanks)):
        for each in await _not_done(kind, meetings):
            count += await _queue(kind, each)
    return count


async def _meetings(*where: Combinable) -> list[Meeting]:
    """Sessions that happen, of published events."""
    rows = Session.objects(Session.event, Session.event._.store).where(
        *where, Session.state == SessionState.ON, Session.event._.state == EventState.PUBLISHED
    )
    return [Meeting(row, row.event, row.event.store) for row in await rows.order_by(Session.starts_at, Session.id)]


async def _not_done(kind: NoticeKind, meetings: Sequence[Meeting]) -> list[Meeting]:
    """Those of whose families nobody has this notice for this start."""
    if not meetings:
        return []
    of_these = Notice.session.is_in([each.session.id for each in meetings]) & (Notice.kind == kind)
    rows = await Notice.select(Notice.session, Notice.about).where(of_these).group_by(Notice.session, Notice.about)
    done = {(row["session"], row["about"]) for row in rows}
    return [each for each in meetings if (each.session.id, each.about) not in done]


async def _queue(kind: NoticeKind, meeting: Meeting) -> int:
    """All of a session in one transaction: its first notice says that it is done."""
    rows = await _families(kind, meeting)
    ends = {NoticeKind.DAY_BEFORE: meeting.day, NoticeKind.SOON: meeting.session.starts_at - LAST_HALF / 2}
    expires_at = ends.get(kind, meeting.session.ends_at + THANKED_UNTIL + DAY)
    if rows:
        async with writing():
            for start in range(0, len(rows), AT_ONCE):
                await queue(kind, rows[start : start + AT_ONCE], about=meeting.about, expires_at=expires_at)
    return len(rows)


async def _families(kind: NoticeKind, meeting: Meeting) -> list[Registration]:
    """Who has places and is to be told."""
    rows = await Registration.objects().where((Registration.session == meeting.session.id) & PLACED).order_by(Registration.id)
    if kind == NoticeKind.THANKS:
        came = await _came(meeting.session.id)
        return [row for row in rows if row.id in came]
    if kind == NoticeKind.SOON:
        told = await _told(meeting) if meeting.is_early() else set[int]()
        return [row for row in rows if _since(row) <= meeting.session.starts_at - JUST_NOW and row.id not in told]
    know = await _told_of_change(meeting)
    return [row for row in rows if _is_asked(row, meeting) or (row.id not in know and _since(row) <= meeting.session.starts_at - FRESH)]


def _is_asked(row: Registration, meeting: Meeting) -> bool:
    return confirmations.is_asked(row, meeting.event, meeting.session, meeting.store.zone, clock.now())


def _since(row: Registration) -> datetime:
    """When the family learned that it comes."""
    since: datetime = row.placed_at or row.created_at
    return since


async def _told(meeting: Meeting) -> set[int]:
    """Who had a word the day before of this start."""
    had = (Notice.session == meeting.session.id) & (Notice.kind == NoticeKind.DAY_BEFORE) & (Notice.about == meeting.about)
    return {row["registration"] for row in await Notice.select(Notice.registration).where(had)}


async def _told_of_change(meeting: Meeting) -> set[int]:
    """Who is told of another time or place since the moment of this reminder: that says all of it."""
    is_told = Notice.state.is_in([NoticeState.DUE.value, NoticeState.LEAVING.value, NoticeState.SENT.value])
    is_new = Notice.finished_at.is_null() | (Notice.finished_at >= meeting.day_before())
    rows = await Notice.select(Notice.registration).where(
        (Notice.session == meeting.session.id) & (Notice.kind == NoticeKind.CHANGED) & is_told & is_new
    )
    return {row["registration"] for row in rows}


async def _came(session: int) -> set[int]:
    """Registrations of which anybody came in."""
    people = Passage.select(Passage.attendee).where((Passage.session == session) & (Passage.way == Way.IN) & Passage.undone_at.is_null())
    rows = await Attendee.select(Attendee.registration).where(Attendee.id.is_in(people)).group_by(Attendee.registration)
    return {row["registration"] for row in rows}

"""What a file is about: a session, an event, or all of a store between two days. Who may have it, and how long it will be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from events.catalog.tables import Event, Session, Store
from events.checkin.tables import Passage, Way
from events.errors import NotThere, Refused, _
from events.export.tables import Export, What
from events.people import rights
from events.people.tables import Staff
from events.signup.tables import Attendee, Registration, State

DAYS = 366
WHOLE_STORE = _("整家店的只有店主和大盒可以导出")
_REGISTRATION: Any = Attendee.registration  # two tables away: Piccolo's own types end after one


@dataclass(frozen=True)
class Scene:
    """A session with what its lines need to know of it; `day` and `starts` are local."""

    session: Session
    event: Event
    zone: ZoneInfo

    def local(self, moment: datetime | None) -> datetime | None:
        """As a spreadsheet has times: to the second, without a zone."""
        return moment.astimezone(self.zone).replace(tzinfo=None, microsecond=0) if moment is not None else None

    @property
    def starts(self) -> datetime:
        return self.session.starts_at.astimezone(self.zone).replace(tzinfo=None)


@dataclass(frozen=True)
class Scope:
    """One session, else one event, else the store's sessions that start between two local days, both included."""

    store: Store
    event: Event | None = None
    session: Session | None = None
    from_day: date | None = None
    until_day: date | None = None

    @classmethod
    async def of(cls, export: Export) -> Self:
        """Read again: the file says what is true when it is made."""
        store = await Store.objects().get(Store.id == export.store)
        if store is None:
            raise NotThere
        event = await Event.objects().get(Event.id == export.event) if export.event is not None else None
        session = await Session.objects().get(Session.id == export.session) if export.session is not None else None
        return cls(store, event, session, export.from_day, export.until_day)

    async def scenes(self) -> list[Scene]:
        """Its sessions, the earliest first."""
        if self.session is not None:
            sessions = [self.session]
        else:
            sessions = await Session.objects().where(self._where()).order_by(Session.starts_at, Session.id)
        ids = {session.event for session in sessions}
        rows = await Event.objects().where(Event.id.is_in(sorted(ids))) if ids else []
        events, zone = {event.id: event for event in rows}, ZoneInfo(self.store.zone)
        return [Scene(session, events[session.event], zone) for session in sessions]

    def _where(self) -> Any:
        if self.event is not None:
            return Session.event == self.event.id
        first, last = self.days()
        return (
            (Session.event.store == self.store.id)
            & (Session.starts_at >= self._midnight(first))
            & (Session.starts_at < self._midnight(last + timedelta(days=1)))
        )

    def days(self) -> tuple[date, date]:
        """Of a store's. A year at most."""
        if self.from_day is None or self.until_day is None:
            raise Refused(_("选从哪天到哪天"), field="until_day")
        if not timedelta() <= self.until_day - self.from_day < timedelta(days=DAYS):
            raise Refused(_("最后一天要在第一天之后，一次最多一年"), field="until_day")
        return self.from_day, self.until_day

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.store.zone))


def check(scope: Scope, what: What, *, by: Staff) -> None:
    """A host has files of the events it holds, whoever leads the store all of it; foreign rows are NotThere."""
    if not rights.sees(by, scope.store.id):
        raise NotThere
    if scope.event is None:
        if not rights.may_lead(by, scope.store.id):
            raise Refused(WHOLE_STORE)
        scope.days()
        if what == What.ANSWERS:
            raise Refused(_("每个活动问的不一样，回答要一个活动一个活动地导出"), field="what")
    elif not rights.may_edit(by, scope.store.id, scope.event.host):
        raise Refused(_("只有这个活动的小盒、大盒和店主可以导出"))


async def count(scope: Scope, what: What) -> int:
    """How many lines it has now; of answers, how many registrations are looked through."""
    ids = [scene.session.id for scene in await scope.scenes()]
    if not ids:
        return 0
    match what:
        case What.REGISTRATIONS:
            return int(await Registration.count().where(Registration.session.is_in(ids)))
        case What.ANSWERS:
            return int(await Registration.count().where(Registration.session.is_in(ids) & (Registration.state != State.CANCELLED)))
        case What.ARRIVALS:
            return int(await Passage.count().where(Passage.session.is_in(ids) & (Passage.way == Way.IN) & Passage.undone_at.is_null()))
    placed = _REGISTRATION.session.is_in(ids) & (_REGISTRATION.state == State.PLACED)
    return int(await Attendee.count().where(placed & Attendee.given_back_at.is_null()))

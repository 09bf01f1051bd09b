"""An event that changes, for tests of what families are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from piccolo.columns import Column

from events.catalog import sessions
from events.catalog.tables import Event, Session, Store, Venue
from events.notices import changes
from events.notices.tables import Change, Notice, NoticeState
from events.people.tables import Staff
from events.signup.tables import Registration
from tests import make

DAY = datetime(2026, 11, 24, 4, tzinfo=UTC)  # noon in Shanghai
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)  # 23:00
MORNING = datetime(2026, 11, 25, 1, tzinfo=UTC)  # 9:00
OF_CHANGES = [kind.value for kind in changes.OF_CHANGES]


@dataclass
class Stage:
    """A published event of a host; its session is on Tuesday at ten, a week from DAY."""

    store: Store
    host: Staff
    event: Event
    session: Session
    venue: Venue

    async def moved(self, hours: float = 4, *, session: Session | None = None) -> Change:
        """To so many hours after ten o'clock of its day."""
        start = STARTS + timedelta(hours=hours)
        await sessions.change(session or self.session, self.venue, start, start + timedelta(hours=1), by=self.host)
        return await self.latest()

    async def called_off(self) -> Change:
        await sessions.cancel(self.session, "师傅病了", by=self.host)
        return await self.latest()

    async def latest(self) -> Change:
        found = await changes.latest(self.session.id)
        assert found is not None
        return found


STARTS = datetime(2026, 12, 1, 2, tzinfo=UTC)


async def build() -> Stage:
    store = await make.store()
    host = await make.staff(store=store, name="小盒阿宁")
    event = await make.event(store, host=host, title="剪纸鱼")
    venue = await make.venue(store)
    session = await make.session(event, places=6, starts_at=STARTS, ends_at=STARTS + timedelta(hours=1), venue=venue)
    return Stage(store, host, event, session, venue)


async def notices(registration: Registration) -> list[Notice]:
    """What a family is told of changes, oldest first."""
    of_changes = Notice.kind.is_in(OF_CHANGES)
    return await Notice.objects().where((Notice.registration == registration.id) & of_changes).order_by(Notice.id)


async def put(notice: Notice, state: NoticeState, *, way: str = "", finished_at: datetime | None = None) -> None:
    """As the outbox would have it."""
    values: dict[Column | str, Any] = {Notice.state: state, Notice.way: way, Notice.finished_at: finished_at}
    await Notice.update(values).where(Notice.id == notice.id)

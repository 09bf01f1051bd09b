from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
import time_machine

from events import sealing
from events.catalog.tables import Event, Kind, Session, Store
from events.checkin import arrivals
from events.db.engine import PooledEngine
from events.notices import reminders
from events.notices.reminders import Meeting
from events.notices.tables import NoticeKind
from events.signup import registrations
from events.signup.tables import Registration
from tests import make
from tests.events.notices import stage as company
from tests.events.notices.outbox import Outbox, ends, notices
from tests.events.notices.stage import DAY, STARTS, Stage

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY_BEFORE = STARTS - timedelta(days=1)  # Monday at ten


@pytest.fixture
async def stage(engine: PooledEngine) -> Stage:
    sealing.use(["a key for tests that is long enough"])
    with time_machine.travel(DAY - timedelta(days=1), tick=False):
        return await company.build()


async def told(row: Registration) -> list[str]:
    """The reminders a family has, by their kind."""
    return [each.kind for each in await notices(row) if each.kind != NoticeKind.SIGNED_UP]


async def look(*moments: datetime) -> int:
    """As the duty does, at these moments."""
    count = 0
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            count += await reminders.queue_due()
    return count


async def early(stage: Stage) -> Registration:
    with time_machine.travel(DAY, tick=False):
        return await make.registration(stage.session)


async def test_queue_due_reminds_the_day_before_and_two_hours_before_once(stage: Stage) -> None:
    row = await early(stage)
    assert await look(DAY, DAY_BEFORE - MINUTE) == 0
    assert await look(DAY_BEFORE, DAY_BEFORE, DAY_BEFORE + HOUR) == 1
    await Store.update({Store.quiet_until: time(7)}, force=True)
    assert await look(STARTS - 2 * HOUR - MINUTE) == 0
    assert await look(STARTS - 2 * HOUR, STARTS - HOUR) == 1
    assert await told(row) == ["day_before", "soon"]
    assert {each.about for each in await notices(row)} == {"", STARTS.isoformat()}


async def test_queue_due_leaves_out_soon_in_quiet_hours_for_whoever_heard_the_day_before(stage: Stage) -> None:
    """Ten o'clock less two hours is eight: a quiet hour until nine."""
    row = await early(stage)
    await look(DAY_BEFORE)
    with time_machine.travel(DAY_BEFORE + HOUR, tick=False):
        late = await make.registration(stage.session)
    assert await look(STARTS - 2 * HOUR) == 0
    assert await look(STARTS - HOUR) == 1
    assert (await told(row), await told(late)) == (["day_before"], ["soon"])


async def test_queue_due_spares_whoever_has_just_signed_up(stage: Stage) -> None:
    with time_machine.travel(STARTS - 35 * HOUR, tick=False):
        late = await make.registration(stage.session)
    with time_machine.travel(STARTS - 3 * HOUR, tick=False):
        just_now = await make.registration(stage.session)
    row = await early(stage)
    await look(DAY_BEFORE, STARTS - HOUR)
    assert (await told(row), await told(late), await told(just_now)) == (["day_before"], ["soon"], [])


async def test_queue_due_moves_with_the_session(stage: Stage) -> None:
    row = await early(stage)
    outbox = Outbox()
    with time_machine.travel(DAY, tick=False):
        await outbox.run()
    await look(DAY_BEFORE)
    with time_machine.travel(DAY_BEFORE, tick=False):
        await stage.moved(48)
        await outbox.run()
    assert (await ends(row))[1:] == [("day_before", "dropped", "moved"), ("changed", "sent", "")]
    assert await look(DAY_BEFORE + HOUR, STARTS - HOUR) == 0
    assert await look(DAY_BEFORE + 48 * HOUR) == 1
    assert await told(row) == ["day_before", "changed", "day_before"]


async def test_queue_due_says_nothing_of_what_does_not_happen_or_to_whoever_does_not_come(stage: Stage) -> None:
    gone, coming = await early(stage), await early(stage)
    with time_machine.travel(DAY, tick=False):
        waiting = await make.registration(stage.session, adults=6)
        await registrations.cancel(gone)
    await look(DAY_BEFORE)
    assert [await told(row) for row in (gone, coming, waiting)] == [[], ["day_before"], []]
    with time_machine.travel(DAY_BEFORE + HOUR, tick=False):
        await stage.called_off()
    assert await look(STARTS - HOUR, STARTS + 26 * HOUR) == 0


async def test_queue_due_asks_whoever_is_asked_even_if_signed_up_late(stage: Stage) -> None:
    await Event.update({Event.asks_day_before: True}).where(Event.id == stage.event.id)
    nine = STARTS - 25 * HOUR
    with time_machine.travel(nine - HOUR, tick=False):
        row = await make.registration(stage.session)
    assert await look(nine - MINUTE) == 0
    assert await look(nine) == 1
    outbox = Outbox()
    with time_machine.travel(nine, tick=False):
        await outbox.run()
    assert {(each.kind, each.asks) for each in outbox.told} == {("signed_up", False), ("day_before", True)}
    assert await told(row) == ["day_before"]


async def test_queue_due_thanks_the_morning_after_whoever_came(stage: Stage) -> None:
    came, stayed_away = await early(stage), await early(stage)
    people = [person.id for person in await registrations.people_of(came.id)]
    with time_machine.travel(STARTS, tick=False):
        await arrivals.admit(await make.ticket_of(came), people, nonce=make.key(), by=stage.host)
    next_day = STARTS + 24 * HOUR
    assert await look(STARTS + 8 * HOUR, next_day - MINUTE) == 0
    assert await look(next_day, next_day + HOUR) == 1
    outbox = Outbox()
    with time_machine.travel(next_day, tick=False):
        await outbox.run()
    assert [each.kind for each in outbox.told] == ["thanks"]
    assert (await told(came), await told(stayed_away)) == (["thanks"], [])


async def test_queue_due_comes_late_rather_than_never_but_not_too_late(stage: Stage) -> None:
    await early(stage)
    midnight = STARTS - 10 * HOUR
    assert await look(midnight - HOUR) == 1  # we were down all day
    with time_machine.travel(midnight - HOUR, tick=False):
        outbox = Outbox()
        await outbox.run()
        assert [each.kind for each in outbox.told] == []  # it is 23:00, and tomorrow it would be wrong
    assert await look(STARTS - 29 * MINUTE) == 0


async def test_queue_due_takes_the_same_few_queries_however_many_sessions(stage: Stage) -> None:
    for _ in range(3):
        await make.registration(await make.session(stage.event, starts_at=STARTS, ends_at=STARTS + HOUR))
    await early(stage)
    assert await look(DAY_BEFORE) == 4
    assert await look(DAY_BEFORE + MINUTE) == 0


def meeting(starts_at: str, *, asks: bool = False, quiet: tuple[int, int] = (22, 9), zone: str = "Asia/Shanghai") -> Meeting:
    start = datetime.fromisoformat(starts_at).replace(tzinfo=make.ZONE)
    store = Store(name="店", zone=zone, quiet_from=time(quiet[0]), quiet_until=time(quiet[1]))
    session = Session(event=1, venue=1, uid=uuid4(), places=1, starts_at=start.astimezone(UTC), ends_at=(start + HOUR).astimezone(UTC))
    return Meeting(session, Event(store=1, host=1, kind=Kind.FAMILY, title="剪纸鱼", asks_day_before=asks), store)


@pytest.mark.parametrize(
    ("starts_at", "asks", "day_before", "soon"),
    [
        ("2026-12-05 10:00", False, "2026-12-04 10:00", "2026-12-05 09:00"),
        ("2026-12-05 14:00", False, "2026-12-04 14:00", "2026-12-05 12:00"),
        ("2026-12-05 14:00", True, "2026-12-04 09:00", "2026-12-05 12:00"),
        ("2026-12-05 07:00", False, "2026-12-04 09:00", "2026-12-05 09:00"),
        ("2026-12-05 22:30", False, "2026-12-04 21:00", "2026-12-05 20:30"),
        ("2026-12-05 00:30", False, "2026-12-04 09:00", "2026-12-05 09:00"),
    ],
)
def test_reminders_come_at_a_decent_hour_of_the_day_before(starts_at: str, asks: bool, day_before: str, soon: str) -> None:
    each = meeting(starts_at, asks=asks)
    local = [moment.astimezone(make.ZONE).strftime("%Y-%m-%d %H:%M") for moment in (each.day_before(), each.soon())]
    assert local == [day_before, soon]


def test_thanks_come_the_next_morning() -> None:
    assert meeting("2026-12-05 19:00").thanks().astimezone(make.ZONE) == datetime(2026, 12, 6, 10, tzinfo=make.ZONE)
    assert meeting("2026-12-05 19:00", quiet=(21, 11)).thanks().astimezone(make.ZONE) == datetime(2026, 12, 6, 11, tzinfo=make.ZONE)


async def test_who_is_told_of_a_change_since_the_day_before_is_not_reminded_too(stage: Stage) -> None:
    row = await early(stage)
    assert await look(DAY_BEFORE) == 1
    with time_machine.travel(DAY_BEFORE + HOUR, tick=False):
        await stage.moved(0.5)
    assert await look(DAY_BEFORE + HOUR) == 0
    assert await told(row) == ["day_before", "changed"]

from __future__ import annotations

import pytest

from events import facts
from events.catalog import sessions, visits
from events.catalog.tables import Event, Kind, Session, Store, Venue
from events.catalog.visits import Visit
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Audit, Role, Staff
from tests import make

FLAT = Visit("3 号楼 2 单元 502", "王阿姨", "13800138071")


@pytest.fixture
async def host(engine: PooledEngine) -> Staff:
    return await make.staff(Role.LEAD)


@pytest.fixture
async def event(host: Staff) -> Event:
    return await make.event(host=host, kind=Kind.VISIT)


@pytest.fixture
async def session(event: Event) -> Session:
    return await make.session(event)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    heard: list[object] = []

    async def hear(fact: object) -> None:
        heard.append(fact)

    monkeypatch.setattr(facts, "_when", {facts.SessionChanged: [hear]})
    return heard


async def change(session: Session, visit: Visit | None, host: Staff) -> Session:
    venue = await Venue.objects().get(Venue.id == session.venue)
    assert venue is not None
    return await sessions.change(session, venue, session.starts_at, session.ends_at, visit=visit, by=host)


async def acts() -> list[str]:
    return [row["act"] for row in await Audit.select(Audit.act).order_by(Audit.id) if row["act"].startswith("session.")]


@pytest.mark.parametrize(
    ("visit", "field"),
    [
        (Visit(flat="楼" * 81), "flat"),
        (Visit(contact="王" * 41), "contact"),
        (Visit(contact_phone="12345"), "contact_phone"),
        (Visit(contact_phone="138 0013 8071"), "contact_phone"),  # as typed: the form makes it digits
    ],
)
def test_check_refuses_by_field(visit: Visit, field: str) -> None:
    with pytest.raises(Refused) as refused:
        visits.check(visit)
    assert refused.value.field == field


@pytest.mark.parametrize("visit", [Visit(), FLAT, Visit("楼" * 80, "王" * 40)])
def test_check_lets_pass(visit: Visit) -> None:
    visits.check(visit)


async def test_a_session_is_added_with_its_flat(event: Event, host: Staff) -> None:
    venue = await make.venue(await Store.objects().get(Store.id == event.store))
    row = await sessions.add(event, venue, make.at(3), make.at(3, "11:00"), 10, visit=FLAT, by=host)
    assert Visit.of(row) == FLAT


async def test_another_flat_is_another_place(session: Session, host: Staff, told: list[object]) -> None:
    row = await change(session, FLAT, host)
    assert (Visit.of(row), row.sequence, len(told)) == (FLAT, 1, 1)
    assert await acts() == ["session.changed"]


async def test_somebody_else_to_call_is_no_other_place(session: Session, host: Staff, told: list[object]) -> None:
    """Calendars see that the entry is newer, and alarm nobody."""
    row = await change(session, Visit(contact="老孟", contact_phone="13800138072"), host)
    assert (row.contact, row.sequence, told) == ("老孟", 0, [])
    assert row.changed_at > session.changed_at
    assert await acts() == ["session.contact"]


async def test_the_same_again_or_nothing_told_changes_nothing(session: Session, host: Staff, told: list[object]) -> None:
    moved = await change(session, FLAT, host)
    told.clear()
    for visit in (FLAT, None):
        row = await change(moved, visit, host)
        assert (Visit.of(row), row.sequence, row.changed_at) == (FLAT, 1, moved.changed_at)
    assert (told, await acts()) == ([], ["session.changed"])


async def test_a_bad_phone_changes_nothing(session: Session, host: Staff) -> None:
    with pytest.raises(Refused):
        await change(session, Visit("12 号", contact_phone="110"), host)
    row = await Session.objects().get(Session.id == session.id)
    assert row is not None
    assert (row.flat, row.sequence) == ("", 0)


async def test_a_peer_may_not_change_it(session: Session, event: Event) -> None:
    store = await Store.objects().get(Store.id == event.store)
    peer = await make.staff(Role.HOST, store)
    with pytest.raises(Refused):
        await change(session, FLAT, peer)

from __future__ import annotations

from datetime import timedelta

import pytest

from events import clock, db
from events.catalog.tables import Session
from events.checkin import checks, erasure, presence, recording, uploads
from events.checkin.batches import Batch, Told
from events.checkin.tables import Act, Flag, Scan, Ticket
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people.tables import Audit, Staff
from events.signup import registrations
from tests import make


class Door:
    def __init__(self, host: Staff, session: Session, ticket: Ticket, people: list[int]) -> None:
        self.host, self.session, self.ticket, self.people = host, session, ticket, people

    async def upload(self, device: str, *scans: Told) -> None:
        await uploads.take(self.session, Batch(int(clock.now().timestamp() * 1000), list(scans), device), by=self.host)

    def enter(self, nonce: str) -> Told:
        return Told(nonce, Act.ENTER, int(clock.now().timestamp() * 1000), ticket=self.ticket.id, people=self.people, shown="welcome")

    async def unknown(self, heads: int = 2) -> Scan:
        scan = Scan(
            session=self.session.id, nonce=make.key(), act=Act.MISS, heads=heads, told="何阿姨一家", shown="unknown", flag=Flag.CHECK
        )
        return await recording.record(scan, (), by=self.host, at=clock.now() - timedelta(minutes=5))


@pytest.fixture
async def door(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> Door:
    noon = make.at(0, "12:00")
    monkeypatch.setattr(clock, "now", lambda: noon)
    host = await make.staff()
    session = await make.session(await make.event(host=host), starts_at=make.at(0, "13:00"))
    family = await make.registration(session, adults=1, children=1)
    return Door(host, session, await make.ticket_of(family), [each.id for each in await registrations.people_of(family.id)])


async def test_of_shows_both_who_let_a_family_in(door: Door) -> None:
    await door.upload("counter", door.enter("nonce-a-"))
    await door.upload("gate", door.enter("nonce-b-"))
    (check,) = await checks.of(door.session)
    assert (check.scan.flag, check.scan.device, check.by, check.is_open) == (Flag.TWICE, "gate", door.host.name, True)
    assert [person.id for person in check.people] == door.people
    assert [(scan.device, by) for scan, by in check.beside] == [("counter", door.host.name)]
    assert await checks.counts([door.session.id, 999]) == {door.session.id: 1, 999: 0}


async def test_settle_is_done_once_and_told(door: Door) -> None:
    scan = await door.unknown()
    colleague = await make.staff()
    for by in (colleague, door.host):
        await checks.settle(scan, by=by, store=door.host.store or 0)
    (check,) = await checks.of(door.session)
    assert (check.is_open, check.settled_by, await checks.count(door.session.id)) == (False, colleague.name, 0)
    assert await Audit.count().where(Audit.act == "check.settled") == 1


async def test_of_finds_an_open_one_behind_however_many_settled(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST", 2)
    open_one = await door.unknown()
    for _each in range(3):
        await checks.settle(await door.unknown(), by=door.host, store=door.host.store or 0)
    assert [(check.scan.id == open_one.id, check.is_open) for check in await checks.of(door.session)] == [(True, True), (False, False)]


async def test_settle_leaves_what_needs_no_look(door: Door) -> None:
    await door.upload("counter", door.enter("nonce-a-"))
    scan = await Scan.objects().first()
    assert scan is not None
    await checks.settle(scan, by=door.host, store=door.host.store or 0)
    assert not await Audit.exists().where(Audit.act == "check.settled")


async def test_link_lets_the_family_in_when_it_was(door: Door) -> None:
    scan = await door.unknown()
    for _twice in range(2):
        await checks.link(scan, door.ticket, door.people, by=door.host)
    there = await presence.of_session(door.session.id)
    assert {id: each.at for id, each in there.items()} == dict.fromkeys(door.people, clock.now() - timedelta(minutes=5))
    assert (await Scan.count(), await checks.count(door.session.id)) == (2, 0)


async def test_link_is_taken_back_with_the_miss_it_explained(door: Door) -> None:
    """Whoever let them in says that it was a slip: before somebody told whose family it was, or after."""
    scan = await door.unknown()
    await checks.link(scan, door.ticket, door.people, by=door.host)
    await door.upload("counter", Told("nonce-undo", Act.UNDO, int(clock.now().timestamp() * 1000), undoes=scan.nonce))
    assert await presence.of_session(door.session.id) == {}
    other = await door.unknown()
    await door.upload("counter", Told("nonce-und2", Act.UNDO, int(clock.now().timestamp() * 1000), undoes=other.nonce))
    await checks.link(other, door.ticket, door.people, by=door.host)
    assert await presence.of_session(door.session.id) == {}


async def test_link_refuses_people_of_another_family_and_what_let_nobody_in(door: Door) -> None:
    stranger = await make.registration(door.session)
    others = [each.id for each in await registrations.people_of(stranger.id)]
    for scan, people in ((await door.unknown(), others), (await door.unknown(), []), (await door.unknown(heads=0), door.people)):
        with pytest.raises(Refused):
            await checks.link(scan, door.ticket, people, by=door.host)
    assert await presence.of_session(door.session.id) == {}


async def test_link_knows_no_ticket_of_another_store(door: Door) -> None:
    foreign = await make.ticket_of(await make.registration(await make.session()))
    with pytest.raises(NotThere):
        await checks.link(await door.unknown(), foreign, [1], by=door.host)


async def test_what_hosts_typed_is_erased_with_what_families_told(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = await door.unknown()
    await Scan.update({Scan.why: "扫错了"}).where(Scan.id == scan.id)
    later = make.at(29)
    monkeypatch.setattr(clock, "now", lambda: later)
    await erasure.sweep()
    assert [await told(scan)] == [("何阿姨一家", "扫错了")]
    much_later = make.at(31)
    monkeypatch.setattr(clock, "now", lambda: much_later)
    assert await erasure.sweep() is False
    assert await told(scan) == ("", "")


async def told(scan: Scan) -> tuple[str, str]:
    row = await db.row(Scan, scan.id)
    assert row is not None
    return row.told, row.why

from __future__ import annotations

import asyncio
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from events import clock, db
from events.catalog.tables import Session
from events.checkin import arrivals, batches, checks, families, presence, uploads
from events.checkin.batches import Batch, Told
from events.checkin.presence import Where
from events.checkin.tables import Act, Flag, Passage, Scan, Ticket
from events.checkin.uploads import Outcome
from events.checkin.verdicts import Verdict
from events.db.engine import PooledEngine
from events.people.tables import Audit, Staff
from events.signup import merging, registrations
from events.signup.tables import Attendee, Registration
from tests import make

_nonces = count(1)


@dataclass
class Device:
    """A phone at a door without a connection; its clock may be wrong."""

    door: Door
    name: str
    ahead: timedelta = timedelta()
    kept: list[Told] = field(default_factory=list)

    def scan(self, act: Act, minute: int, **of: Any) -> str:
        """Done so many minutes after the doors opened; its nonce."""
        nonce: str = of.pop("nonce", f"nonce-{next(_nonces):06}")
        at = self.door.opened + timedelta(minutes=minute) + self.ahead
        self.kept.append(Told(nonce, act, int(at.timestamp() * 1000), **{"shown": "welcome", **of}))
        return nonce

    def enter(self, minute: int, family: Family, people: list[int] | None = None, **of: Any) -> str:
        return self.scan(Act.ENTER, minute, ticket=family.ticket.id, people=family.people if people is None else people, **of)

    def leave(self, minute: int, family: Family) -> str:
        return self.scan(Act.LEAVE, minute, ticket=family.ticket.id, people=family.people, shown="inside")

    def undo(self, minute: int, nonce: str, **of: Any) -> str:
        return self.scan(Act.UNDO, minute, undoes=nonce, **of)

    async def upload(self, by: Staff | None = None) -> dict[str, Outcome]:
        """All of it, as often as one likes."""
        sent_at = int((clock.now() + self.ahead).timestamp() * 1000)
        return (await uploads.take(self.door.session, Batch(sent_at, list(self.kept), self.name), by=by or self.door.host)).outcomes


@dataclass
class Family:
    registration: Registration
    ticket: Ticket
    people: list[int]


@dataclass
class Door:
    host: Staff
    session: Session
    opened: datetime
    chens: Family  # two adults and a child
    lins: Family  # one adult
    store: int

    def device(self, name: str, **of: Any) -> Device:
        return Device(self, name, **of)

    async def where(self) -> dict[int, str]:
        return {id: each.where.value for id, each in (await presence.of_session(self.session.id)).items()}


async def family(session: Session, **of: Any) -> Family:
    row = await make.registration(session, **of)
    return Family(row, await make.ticket_of(row), [person.id for person in await registrations.people_of(row.id)])


async def open_door(host: Staff | None = None, **rules: Any) -> Door:
    """An hour ago a session began; both families have tickets."""
    host = host or await make.staff()
    event = await make.event(host=host, **rules)
    session = await make.session(event)
    chens, lins = await family(session, adults=2, children=1), await family(session)
    opened = clock.now() - timedelta(hours=1)
    await Session.update({Session.starts_at: opened, Session.ends_at: opened + timedelta(hours=3)}).where(Session.id == session.id)
    row = await db.row(Session, session.id)
    assert row is not None
    return Door(host, row, opened, chens, lins, event.store)


@pytest.fixture
async def door(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> Door:
    noon = make.at(0, "12:00")
    monkeypatch.setattr(clock, "now", lambda: noon)
    return await open_door()


async def row(nonce: str) -> Scan:
    found = await Scan.objects().get(Scan.nonce == nonce)
    assert found is not None
    return found


async def flag(nonce: str) -> str:
    return (await row(nonce)).flag


async def written() -> tuple[int, int, int]:
    return await Scan.count(), await Passage.count(), await Audit.count()


async def test_take_keeps_what_was_done_and_by_which_clock(door: Door) -> None:
    phone = door.device("counter", ahead=timedelta(hours=3))
    nonce = phone.enter(5, door.chens)
    assert await phone.upload() == {nonce: Outcome("welcome")}
    kept = await row(nonce)
    assert (kept.at, kept.device_at) == (door.opened + timedelta(minutes=5), door.opened + timedelta(hours=3, minutes=5))
    assert (kept.device, kept.made_by, kept.shown, kept.ruled, kept.flag) == ("counter", door.host.id, "welcome", "welcome", "")
    assert await door.where() == dict.fromkeys(door.chens.people, "inside")


async def test_take_again_changes_nothing(door: Door) -> None:
    phone = door.device("counter")
    phone.enter(5, door.chens), phone.leave(9, door.chens), phone.scan(Act.MISS, 10, heads=2, shown="unknown")
    first = await phone.upload()
    before, where = await written(), await door.where()
    assert await phone.upload() == first
    assert (await written(), await door.where()) == (before, where)


async def test_take_of_the_same_batch_twice_at_the_same_time_keeps_it_once(door: Door) -> None:
    phone = door.device("counter")
    phone.enter(5, door.chens), phone.enter(6, door.lins), phone.scan(Act.MISS, 10, heads=2, shown="unknown")
    first, second = await asyncio.gather(phone.upload(), phone.upload())
    assert first == second
    assert (await Scan.count(), await Passage.count()) == (3, 4)


async def test_take_of_a_nonce_known_at_another_door_tells_nothing_of_it(door: Door) -> None:
    other = await open_door()
    nonce = other.device("there").enter(5, other.chens)
    theirs = other.device("there")
    theirs.enter(5, other.chens, nonce=nonce)
    await theirs.upload()
    before = await written()
    mine = door.device("here")
    mine.enter(7, door.lins, nonce=nonce, shown="age")
    assert await mine.upload() == {nonce: Outcome("age")}
    assert (await written(), await door.where()) == (before, {})


async def test_take_of_a_nonce_told_at_two_doors_in_one_turn_is_the_first_ones(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is done once: tried again, it would come to the same, and everybody of the turn would wait for it."""
    other = await open_door()
    tries, once = list[int](), uploads._keep_once

    async def counted(asked: uploads.Asked) -> Any:
        tries.append(len(asked))
        return await once(asked)

    monkeypatch.setattr(uploads, "_keep_once", counted)
    mine, theirs = door.device("here"), other.device("there")
    nonce = mine.enter(5, door.chens)
    theirs.enter(6, other.chens, nonce=nonce), theirs.enter(7, other.lins)
    told = []
    for phone in (mine, theirs):
        there, by = await families.door_of(phone.door.session), phone.door.host
        deeds = batches.deeds(Batch(0, phone.kept), there.session, received=clock.now(), by=by.id)
        told.append(uploads.Upload(there, deeds, by))
    first, second = [each.taken().outcomes for each in await uploads._work(told) if each]
    assert (tries, (await row(nonce)).session, await Scan.count()) == ([2], door.session.id, 2)
    assert (first, second[nonce]) == ({nonce: Outcome("welcome")}, Outcome("welcome"))
    assert set((await other.where()).values()) == {"inside"} and len(await other.where()) == len(other.lins.people)


async def test_take_orders_two_devices_by_when_it_was_done(door: Door) -> None:
    """The second upload flags the row of the first: it had let them in before."""
    counter, gate = door.device("counter"), door.device("gate", ahead=timedelta(hours=-3))
    late, early = counter.enter(9, door.chens), gate.enter(5, door.chens)
    assert (await counter.upload())[late] == Outcome("welcome")
    assert (await gate.upload())[early] == Outcome("welcome")
    assert [await flag(early), await flag(late)] == ["", Flag.TWICE]
    assert (await counter.upload())[late] == Outcome("inside", Flag.TWICE, uploads.SAYS[Flag.TWICE])
    assert {each.at for each in (await presence.of_session(door.session.id)).values()} == {door.opened + timedelta(minutes=5)}
    assert await checks.count(door.session.id) == 1


async def test_take_finds_those_who_left_outside(door: Door) -> None:
    phone = door.device("counter")
    phone.leave(9, door.chens), phone.enter(5, door.chens)
    again = phone.enter(20, door.chens, door.chens.people[:1], shown="back")
    await phone.upload()
    assert await door.where() == {door.chens.people[0]: "inside", **dict.fromkeys(door.chens.people[1:], "left")}
    assert (await row(again)).ruled == Verdict.BACK


@pytest.mark.parametrize("is_first", [True, False])
async def test_take_undoes_whichever_comes_first(door: Door, *, is_first: bool) -> None:
    counter, gate = door.device("counter"), door.device("gate")
    nonce = counter.enter(5, door.chens)
    undo = gate.undo(6, nonce, why="扫错了")
    colleague = await make.staff(store=None)
    for phone, by in ((gate, colleague), (counter, door.host)) if is_first else ((counter, door.host), (gate, colleague)):
        await phone.upload(by)
    assert await door.where() == {}
    passages = await Passage.objects().order_by(Passage.id)
    assert {(each.nonce, each.undone_by) for each in passages} == {(nonce, colleague.id)}
    kept = await row(undo)
    assert (kept.why, kept.made_by, kept.undoes) == ("扫错了", colleague.id, nonce)


async def test_take_undoes_nothing_at_another_door(door: Door) -> None:
    other = await open_door()
    theirs = other.device("there")
    nonce = theirs.enter(5, other.chens)
    await theirs.upload()
    mine = door.device("here")
    mine.undo(6, nonce)
    await mine.upload()
    assert await other.where() == dict.fromkeys(other.chens.people, "inside")


async def test_take_never_refuses_whom_the_rule_would(door: Door) -> None:
    await registrations.cancel(door.lins.registration, by=door.host)
    phone = door.device("counter")
    nonce = phone.enter(5, door.lins)
    assert await phone.upload() == {nonce: Outcome("given_back", Flag.AGAINST, "名额已经退了")}
    assert await door.where() == {door.lins.people[0]: "inside"}


async def test_take_marks_what_the_host_let_in_all_the_same(engine: PooledEngine) -> None:
    door = await open_door(children_per_adult=1)
    child = door.chens.people[-1:]
    phone = door.device("counter")
    alone, with_a_parent = phone.enter(5, door.chens, child, shown="guardian"), phone.enter(6, door.chens, door.chens.people[:1])
    await phone.upload()
    assert (await flag(alone), await flag(with_a_parent)) == (Flag.CHECK, "")
    assert (await row(alone)).ruled == Verdict.GUARDIAN


async def test_take_leaves_a_settled_flag_settled(door: Door) -> None:
    """Even where nothing would be said of it any more."""
    phone, gate = door.device("counter"), door.device("gate")
    first, again = phone.enter(5, door.chens), gate.enter(6, door.chens)
    await phone.upload(), await gate.upload()
    await checks.settle(await row(again), by=door.host, store=door.host.store or 0)
    phone.undo(7, first)
    await phone.upload()
    kept = await row(again)
    assert (kept.flag, kept.settled_by, await checks.count(door.session.id)) == (Flag.TWICE, door.host.id, 0)
    assert (await gate.upload())[again] == Outcome("inside", Flag.TWICE)


async def test_take_says_no_more_of_what_is_not_so_any_more(door: Door) -> None:
    phone, gate = door.device("counter"), door.device("gate")
    first, again = phone.enter(5, door.chens), gate.enter(6, door.chens)
    await phone.upload(), await gate.upload()
    phone.undo(7, first)
    await phone.upload()
    assert (await flag(again), (await row(again)).ruled) == ("", Verdict.WELCOME)


async def test_take_drops_people_of_another_family(door: Door) -> None:
    other = await open_door()
    phone = door.device("counter")
    phone.enter(5, door.chens, [door.chens.people[0], *door.lins.people, *other.chens.people, 2**31 - 1])
    await phone.upload()
    assert await door.where() == {door.chens.people[0]: "inside"}
    assert await other.where() == {}


async def test_take_keeps_another_stores_ticket_as_an_unknown_code(door: Door) -> None:
    other = await open_door()
    phone = door.device("counter")
    by_id, by_code = phone.enter(5, other.chens), phone.scan(Act.ENTER, 6, code=other.lins.ticket.digest, people=other.lins.people)
    found = await phone.upload()
    assert found == {nonce: Outcome("unknown", Flag.CHECK) for nonce in (by_id, by_code)}
    kept = [await row(nonce) for nonce in (by_id, by_code)]
    assert [(each.act, each.ticket, each.code, each.heads) for each in kept] == [
        (Act.MISS, None, "", 3),
        (Act.MISS, None, other.lins.ticket.digest, 1),
    ]
    assert (await other.where(), await door.where()) == ({}, {})
    assert not await Scan.exists().where(Scan.session == other.session.id)


async def test_take_knows_a_code_that_the_device_did_not(door: Door) -> None:
    """They signed up after the roster was fetched; as many were let in as the ticket is for."""
    phone = door.device("counter")
    nonce = phone.scan(Act.MISS, 5, code=door.chens.ticket.digest, heads=3, shown="unknown", told="陈妈妈一家")
    some = phone.scan(Act.MISS, 6, code=door.lins.ticket.digest, heads=4, shown="unknown", told="带了邻居")
    assert await phone.upload() == {nonce: Outcome("welcome"), some: Outcome("welcome", Flag.CHECK)}
    assert await door.where() == dict.fromkeys(door.chens.people, "inside")
    kept, other = await row(nonce), await row(some)
    assert (kept.act, kept.ticket, kept.code, kept.heads, kept.told) == (Act.ENTER, door.chens.ticket.id, "", 0, "")
    assert (other.act, other.ticket, other.heads, other.told) == (Act.MISS, door.lins.ticket.id, 4, "带了邻居")


async def test_take_lets_nobody_in_by_a_code_that_was_only_read(door: Door) -> None:
    phone = door.device("counter")
    nonce = phone.scan(Act.MISS, 5, code="0" * 24, shown="unknown")
    assert await phone.upload() == {nonce: Outcome("unknown")}
    assert await checks.count(door.session.id) == 0


async def test_take_counts_heads_no_more_once_they_are_taken_back(door: Door) -> None:
    phone, later = door.device("counter"), door.device("counter")
    nonce = phone.scan(Act.MISS, 5, heads=2, shown="unknown")
    later.undo(6, nonce)
    await phone.upload()
    assert await flag(nonce) == Flag.CHECK
    await later.upload()
    assert await flag(nonce) == ""


async def test_take_signs_walk_ins_up_when_it_was(door: Door) -> None:
    phone = door.device("counter", ahead=timedelta(hours=3))
    nonce = phone.scan(Act.ENTER, 5, walk_in=batches.WalkIn("何阿姨", "", 1, 1))
    assert await phone.upload() == {nonce: Outcome("welcome")}
    assert sorted((await door.where()).values()) == ["inside", "inside"]
    kept = await row(nonce)
    assert (kept.act, kept.at, kept.device, kept.device_at) == (
        Act.ENTER,
        door.opened + timedelta(minutes=5),
        "counter",
        door.opened + timedelta(hours=3, minutes=5),
    )
    before = await written(), await Registration.count()
    assert await phone.upload() == {nonce: Outcome("welcome")}
    assert (await written(), await Registration.count()) == before


async def test_take_keeps_walk_ins_for_whom_there_is_no_place(door: Door) -> None:
    await Session.update({Session.places: 5}).where(Session.id == door.session.id)
    phone = door.device("counter")
    nonce, other = phone.scan(Act.ENTER, 5, walk_in=batches.WalkIn("何阿姨", "", 1, 1)), phone.enter(6, door.lins)
    found = await phone.upload()
    assert (found[nonce].verdict, found[nonce].flag, bool(found[nonce].say)) == ("unknown", Flag.CHECK, True)
    assert found[other] == Outcome("welcome")
    kept = await row(nonce)
    assert (kept.act, kept.heads, kept.told, await Registration.count()) == (Act.MISS, 2, "何阿姨", 2)


async def test_take_undoes_a_walk_in_told_of_later(door: Door) -> None:
    phone, gate = door.device("counter"), door.device("gate")
    nonce = phone.scan(Act.ENTER, 5, walk_in=batches.WalkIn("何阿姨", "", 1, 0))
    gate.undo(6, nonce)
    await gate.upload(), await phone.upload()
    assert await door.where() == {}


async def test_take_after_the_desk_let_them_in_is_a_second_time(door: Door) -> None:
    await arrivals.admit(door.lins.ticket, door.lins.people, nonce=make.key(), by=door.host)
    phone = door.device("counter")
    before, after = phone.enter(5, door.lins), phone.enter(6, door.lins)
    await phone.upload()
    assert (await flag(before), await flag(after)) == ("", Flag.TWICE)
    online = await Scan.objects().get(Scan.device == "")
    assert online is not None
    assert online.flag == Flag.TWICE
    there = (await presence.of_session(door.session.id))[door.lins.people[0]]
    assert (there.where, there.at) == (Where.INSIDE, door.opened + timedelta(minutes=5))


async def test_take_leaves_a_trail_of_ids(door: Door) -> None:
    phone = door.device("counter")
    nonce = phone.enter(5, door.chens)
    phone.leave(6, door.chens), phone.undo(7, nonce), phone.scan(Act.MISS, 8, heads=1, told="何阿姨")
    before = await Audit.count()
    await phone.upload()
    rows = await Audit.objects().order_by(Audit.id)
    registration = ("registration", door.chens.registration.id, door.host.id)
    assert [(each.act, (each.subject, each.subject_id, each.staff)) for each in rows[before:]][:3] == [
        (act, registration) for act in ("arrival.made", "arrival.left", "arrival.undone")
    ]
    assert rows[-1].act == "arrival.unknown"
    assert {each.store for each in rows[before:]} == {door.host.store}


async def test_take_costs_the_same_few_statements_however_many_scans(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    run = PooledEngine.run

    async def counted(self: PooledEngine, sql: str, *args: Any, **kwargs: Any) -> Any:
        ran.append(sql)
        return await run(self, sql, *args, **kwargs)

    for many in (1, 20):
        phone = door.device(f"with {many}")
        for minute in range(many):
            phone.enter(minute, await family(await sign_up_again(door)))
        with monkeypatch.context() as patch:
            patch.setattr(PooledEngine, "run", counted)
            ran.append("|")
            await phone.upload()
    first, second = "\n".join(ran[1:]).split("|")
    assert len(second.splitlines()) <= len(first.splitlines()) + 4  # rows are added in parts of 16 and 4


async def sign_up_again(door: Door) -> Session:
    """The session as it was while one could sign up."""
    await Session.update({Session.places: 200, Session.starts_at: make.at(3), Session.ends_at: make.at(3, "12:00")}).where(
        Session.id == door.session.id
    )
    return door.session


@pytest.mark.parametrize("comes", ["kept", "gone"])
async def test_take_beside_a_merge_loses_nobody(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch, comes: str) -> None:
    """The families become one between the look for what is to be locked and the lock."""
    host = await make.staff()
    event = await make.event(host=host)
    session = await make.session(event, starts_at=make.at(1))
    families_there = {"kept": await family(session), "gone": await family(session)}
    kept, gone = families_there["kept"].registration.household, families_there["gone"].registration.household
    near = families._near
    merges: list[asyncio.Task[object]] = []

    async def slow(found: Any) -> list[Registration]:
        rows = await near(found)
        if not merges:
            merges.append(asyncio.create_task(merging.merge(kept, gone, by=host, store=event.store), context=Context()))
            await asyncio.sleep(0)
            if engine.locks_rows:
                await merges[0]
        return rows

    monkeypatch.setattr(families, "_near", slow)
    shown = families_there[comes]
    now = int(clock.now().timestamp() * 1000)
    told = [Told("nonce-merge", Act.ENTER, now, ticket=shown.ticket.id, people=shown.people, shown="welcome")]
    await uploads.take(session, Batch(now, told, "counter"), by=host)
    await merges[0]
    assert set(await presence.of_people(shown.people)) == set(shown.people)


async def test_take_at_several_doors_at_once_keeps_each_door_to_itself(door: Door) -> None:
    """Of one store and of another: what is shown at a wrong door is judged there as if it had come alone."""
    sister, foreign = await open_door(door.host), await open_door()
    phones = [each.device("counter") for each in (door, sister, foreign)]
    for phone in phones:
        phone.enter(1, phone.door.lins)
    wrong_session, wrong_store = phones[1].enter(2, door.chens), phones[2].enter(3, door.chens)
    right = phones[0].enter(4, door.chens)
    told = await asyncio.gather(*(phone.upload() for phone in phones))
    assert [len(each) for each in told] == [1 + 1, 2, 2]
    assert [told[1][wrong_session].verdict, told[2][wrong_store].verdict] == [Verdict.OTHER_SESSION, Verdict.UNKNOWN]
    assert told[0][right] == Outcome(Verdict.WELCOME)
    assert [len(await each.where()) for each in (door, sister, foreign)] == [1 + 3, 1 + 3, 1]
    trail = await Audit.select(Audit.act).where((Audit.store == foreign.store) & Audit.act.like("arrival.%")).order_by(Audit.id)
    assert [each["act"] for each in trail] == ["arrival.made", "arrival.unknown"]


async def test_take_of_one_nonce_at_two_doors_at_once_keeps_the_first(door: Door) -> None:
    other = await open_door(door.host)
    phones = [each.device("counter") for each in (door, other, door)]
    for phone, nonce in zip(phones, ("nonce-first", "nonce-twice", "nonce-twice"), strict=True):
        phone.enter(1, phone.door.lins, nonce=nonce)
    await asyncio.gather(*(phone.upload() for phone in phones))
    assert await Scan.count().where(Scan.nonce == "nonce-twice") == 1


async def test_take_of_more_people_than_a_query_holds(door: Door) -> None:
    people = [Attendee(registration=door.chens.registration.id, kind="adult") for _each in range(27)]
    await db.add(*people)
    door.chens.people += [each.id for each in people]
    phone = door.device("counter")
    for minute in range(125):
        phone.enter(minute % 60, door.chens)
    assert len(await phone.upload()) == 125
    assert await Passage.count() == 125 * 30

"""Whatever is done at a door where children are left, in whatever order, by whomever, with a connection or without, told as late and as
often as one likes: no child goes without a code or a check of identity that is kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from events import clock
from events.checkin import arrivals, checks, presence
from events.checkin.batches import Told
from events.checkin.care import pickup_codes, pickups
from events.checkin.tables import Act, Checked, Flag, Passage, Pickup, PickupCode, Proof, Scan, Way
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people.tables import Merge
from events.signup import merging
from events.signup.tables import Attendee, AttendeeKind, Registration
from tests import make
from tests.events.checkin.crafts import Crafts, Device, Family, open_crafts, wrong

MINUTES = 50  # the session began an hour ago

which = some.integers(0, 1)
whom = some.frozensets(some.integers(0, 2), min_size=1)  # places in a family: a grown-up and two children
names = some.sampled_from(["外婆", "陈强", ""])
how = some.sampled_from([*(each.value for each in Checked), ""])

steps = some.one_of(
    some.tuples(some.just("let_in"), which, whom),
    some.tuples(some.just("let_in"), which, whom),
    some.tuples(some.just("let_out"), which, whom),
    some.tuples(some.just("by_code"), which, whom, some.sampled_from(["own", "delegate", "delegate", "others", "wrong", "old"])),
    some.tuples(some.just("by_identity"), which, whom, names, how),
    some.tuples(some.just("undo_arrival"), which, whom, some.sampled_from(["点错了", ""])),
    some.tuples(some.just("undo_pickup"), some.integers(0, 1)),
    some.tuples(some.just("name"), which, names),
    some.tuples(some.just("take_back"), which),
    some.tuples(some.just("bar"), which),
    some.tuples(some.just("merge")),
    some.tuples(some.just("part")),
    some.tuples(
        some.just("keep"), some.sampled_from([Act.ENTER, Act.LEAVE, Act.LEAVE]), which, whom, some.integers(0, MINUTES), names, how
    ),
    some.tuples(some.just("keep_undo"), some.integers(0, 6), some.integers(0, MINUTES)),
    some.tuples(some.just("upload"), some.integers(0, 6), some.integers(1, 4)),
    some.tuples(some.just("upload"), some.integers(0, 6), some.integers(1, 4)),
    some.tuples(some.just("prove"), names, how),
    some.tuples(some.just("settle")),
)


@dataclass
class Door:
    """What a host, two families and a phone without a connection do."""

    crafts: Crafts
    phone: Device
    old: list[str] = field(default_factory=list)  # codes there were

    def family(self, n: int) -> Family:
        return (self.crafts.chens, self.crafts.lins)[n]

    def people(self, n: int, places: frozenset[int]) -> list[int]:
        return [self.family(n).people[place] for place in sorted(places)]

    async def do(self, step: tuple[Any, ...]) -> None:
        """What is refused is refused."""
        with contextlib.suppress(Refused, NotThere):
            await getattr(self, step[0])(*step[1:])
        self.old += [code.text for each in (self.crafts.chens, self.crafts.lins) for code in await self.crafts.codes(each)]

    async def let_in(self, n: int, places: frozenset[int]) -> None:
        await self.crafts.let_in(self.family(n), self.people(n, places))

    async def let_out(self, n: int, places: frozenset[int]) -> None:
        await arrivals.let_out(self.family(n).ticket, self.people(n, places), nonce=make.key(), by=self.crafts.host)

    async def by_code(self, n: int, places: frozenset[int], kind: str) -> None:
        theirs = await self.crafts.codes(self.family(n))
        codes = {
            "own": [code.text for code in theirs if not code.delegate],
            "delegate": [code.text for code in theirs if code.delegate],
            "others": [code.text for code in await self.crafts.codes(self.family(1 - n))],
            "old": self.old,
            "wrong": [wrong(*self.old)],
        }
        await self.crafts.hand_over(self.family(n), self.people(n, places), code=(codes[kind] or [""])[0], tried_from=make.key())

    async def by_identity(self, n: int, places: frozenset[int], collector: str, checked: str) -> None:
        await self.crafts.hand_over(self.family(n), self.people(n, places), collector=collector, checked=checked)

    async def undo_arrival(self, n: int, places: frozenset[int], why: str) -> None:
        await arrivals.undo(self.family(n).ticket, self.people(n, places), by=self.crafts.host, why=why)

    async def undo_pickup(self, n: int) -> None:
        for row in (await Pickup.objects().where(Pickup.session == self.crafts.session.id).order_by(Pickup.id))[n : n + 1]:
            await pickups.undo(row, by=self.crafts.host)

    async def name(self, n: int, name: str) -> None:
        await pickup_codes.name_delegate(self.family(n).registration, name)

    async def take_back(self, n: int) -> None:
        for code in await self.crafts.codes(self.family(n)):
            if code.delegate:
                await pickup_codes.take_back(self.family(n).registration, code.id)

    async def bar(self, n: int) -> None:
        await pickups.bar(self.family(n).registration, ["陈强"])

    async def merge(self) -> None:
        await merging.merge(
            *(each.registration.household for each in (self.crafts.chens, self.crafts.lins)), by=self.crafts.host, store=None
        )

    async def part(self) -> None:
        for row in await Merge.objects().where(Merge.undone_at.is_null() & (Merge.kept == self.crafts.chens.registration.household)):
            await merging.undo(row, self.crafts.host)

    async def keep(self, act: Act, n: int, places: frozenset[int], minute: int, collector: str, checked: str) -> None:
        self.phone.scan(act, minute, self.family(n), self.people(n, places), shown="inside", collector=collector, checked=checked)

    async def keep_undo(self, n: int, minute: int) -> None:
        acts = [told.nonce for told in self.phone.kept if told.act != Act.UNDO][n : n + 1]
        for nonce in acts or [f"to-come-{n:04}"]:
            self.phone.undo(minute, nonce)

    async def upload(self, start: int, number: int) -> None:
        """Some of what is kept, the last first."""
        part = Device(self.crafts, self.phone.kept[::-1][start : start + number])
        await part.upload()

    async def prove(self, collector: str, checked: str) -> None:
        for check in await checks.of(self.crafts.session):
            if check.scan.flag == Flag.UNPROVEN and check.is_open:
                await pickups.prove(check.scan, collector, checked, by=self.crafts.host)

    async def settle(self) -> None:
        for check in await checks.of(self.crafts.session):
            await checks.settle(check.scan, by=self.crafts.host, store=self.crafts.store.id)


async def nobody_went_without_proof(session: int) -> None:
    children = {row.id: row.registration for row in await Attendee.objects().where(Attendee.kind == AttendeeKind.CHILD)}
    passages = await Passage.objects().where((Passage.session == session) & Passage.undone_at.is_null())
    out = [row for row in passages if row.way == Way.OUT and row.attendee in children]
    rows = {row.nonce: row for row in await Pickup.objects().where((Pickup.session == session) & Pickup.undone_at.is_null())}
    codes = {row.id: row for row in await PickupCode.objects().where(PickupCode.session == session)}
    for passage in out:
        assert passage.nonce in rows, "a child went without a hand-over"
    assert set(rows) == {passage.nonce for passage in out}, "a hand-over stands of which no child's does"
    for row in rows.values():
        assert row.collector
        if row.proof == Proof.IDENTITY:
            assert (row.checked in set(Checked), row.code) == (True, None)
        else:
            assert row.code is not None
            assert bool(codes[row.code].delegate) == (row.proof == Proof.DELEGATE)
            assert row.proof == Proof.CODE or codes[row.code].ended_at is not None, "a delegate's code is good once"


async def whoever_has_a_child_inside_has_a_code(session: int) -> None:
    there = await presence.of_session(session)
    children = await Attendee.objects().where(Attendee.kind == AttendeeKind.CHILD)
    homes = {row.id: row.household for row in await Registration.objects().where(Registration.session == session)}
    inside = {homes[row.registration] for row in children if row.id in there and there[row.id].is_inside}
    living = (PickupCode.session == session) & PickupCode.ended_at.is_null() & (PickupCode.delegate == "")
    assert {homes[row.registration] for row in await PickupCode.objects().where(living)} == inside


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@_settings(25)
@given(done=some.lists(steps, min_size=8, max_size=16))
async def test_no_sequence_of_acts_hands_a_child_over_without_a_code_or_a_check(
    engine: PooledEngine, monkeypatch: pytest.MonkeyPatch, done: Sequence[tuple[Any, ...]]
) -> None:
    with monkeypatch.context() as patch:
        moment, ticks = make.at(0, "12:00"), count()
        patch.setattr(clock, "now", lambda: moment + timedelta(milliseconds=next(ticks)))
        crafts = await open_crafts()
        door = Door(crafts, Device(crafts))
        await door.do(("name", 0, "外婆"))
        for n in range(2):
            await door.do(("let_in", n, frozenset(range(3))))
        for step in done:
            await door.do(step)
            await nobody_went_without_proof(crafts.session.id)
            await whoever_has_a_child_inside_has_a_code(crafts.session.id)


acts = some.tuples(
    some.sampled_from([Act.ENTER, Act.LEAVE, Act.LEAVE, Act.UNDO]), which, whom, some.integers(0, 9), names, how, some.integers(0, 7)
)


@some.composite
def told_in_parts(draw: some.DrawFn) -> tuple[list[Any], list[list[int]]]:
    """Acts, and the batches they come in: all at least once, in parts that overlap."""
    done = draw(some.lists(acts, min_size=2, max_size=8))
    order = [*draw(some.permutations(range(len(done)))), *draw(some.lists(some.integers(0, len(done) - 1), max_size=4))]
    cuts = sorted(draw(some.sets(some.integers(1, len(order)), max_size=4)) | {len(order)})
    return done, [order[start:end] for start, end in zip([0, *cuts], cuts, strict=False)]


def told(crafts: Crafts, place: int, done: Sequence[Any]) -> Told:
    act, n, places, minute, collector, checked, undoes = done[place]
    phone, family = Device(crafts), (crafts.chens, crafts.lins)[n]
    nonce, people = f"{crafts.session.id:06}-{place:06}", [family.people[each] for each in sorted(places)]
    if act == Act.UNDO:
        phone.scan(act, minute, nonce=nonce, undoes=f"{crafts.session.id:06}-{undoes:06}")
    else:
        phone.scan(act, minute, family, people, nonce=nonce, collector=collector, checked=checked)
    return phone.kept[0]


async def state(crafts: Crafts) -> tuple[Any, ...]:
    """Where everybody is, what was handed to whom, and what is said of each act; without ids."""
    seats = {id: (n, place) for n, each in enumerate((crafts.chens, crafts.lins)) for place, id in enumerate(each.people)}
    there = {seats[id]: each.where.value for id, each in (await presence.of_session(crafts.session.id)).items()}
    handed = await Pickup.objects().where(Pickup.session == crafts.session.id)
    scans = await Scan.objects().where(Scan.session == crafts.session.id)
    return (
        there,
        {row.nonce[7:]: (row.collector, row.checked, row.undone_at is None) for row in handed},
        {row.nonce[7:]: (row.act, row.ruled, row.flag) for row in scans},
        [sorted(bool(code.delegate) for code in await crafts.codes(each)) for each in (crafts.chens, crafts.lins)],
    )


@_settings(20)
@given(uploads=told_in_parts())
async def test_any_order_parts_and_repetition_of_uploads_hand_the_same_children_over(
    engine: PooledEngine, monkeypatch: pytest.MonkeyPatch, uploads: tuple[list[Any], list[list[int]]]
) -> None:
    done, parts = uploads
    with monkeypatch.context() as patch:
        moment, ticks = make.at(0, "12:00"), count()
        patch.setattr(clock, "now", lambda: moment + timedelta(milliseconds=next(ticks)))
        at_once, in_parts = await open_crafts(), await open_crafts()
        for each in (at_once, in_parts):
            await pickups.bar(each.chens.registration, ["陈强"])
        await Device(at_once, [told(at_once, place, done) for place in range(len(done))]).upload()
        for part in parts:
            await Device(in_parts, [told(in_parts, place, done) for place in dict.fromkeys(part)]).upload()
            await nobody_went_without_proof(in_parts.session.id)
        assert await state(in_parts) == await state(at_once)

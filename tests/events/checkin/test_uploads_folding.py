"""Uploads come in any order, in any parts, and more than once: what is known in the end is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from events import clock, db
from events.catalog.tables import Session
from events.checkin import presence, uploads
from events.checkin.batches import Batch, Told
from events.checkin.tables import Act, Scan
from events.db.engine import PooledEngine
from events.people.tables import Staff
from events.signup import registrations
from tests import make

FAMILIES = ((1, 2), (2, 0))  # adults and children
CLOCKS = (timedelta(), timedelta(hours=3), timedelta(hours=-3))  # one device each


@dataclass(frozen=True)
class Done:
    """An act at a door, before it is of any door in particular."""

    act: Act
    family: int
    people: frozenset[int]  # their places in the family
    minute: int
    device: int
    shown: str
    undoes: int  # the place of another act
    heads: int
    is_known: bool  # its code is on the device's roster


acts = some.builds(
    Done,
    act=some.sampled_from([Act.ENTER, Act.ENTER, Act.ENTER, Act.LEAVE, Act.UNDO, Act.MISS]),
    family=some.integers(0, 1),
    people=some.frozensets(some.integers(0, 2), min_size=1),
    minute=some.integers(0, 9),  # few, so that some are at once
    device=some.integers(0, 2),
    shown=some.sampled_from(["welcome", "back", "guardian", "unknown"]),
    undoes=some.integers(0, 8),
    heads=some.integers(0, 3),
    is_known=some.booleans(),
)


@some.composite
def uploads_of(draw: some.DrawFn) -> tuple[list[Done], list[list[int]]]:
    """Acts, and the batches they come in: all of each device's at least once, in parts that overlap."""
    done = draw(some.lists(acts, min_size=2, max_size=8))
    whole = draw(some.permutations(range(len(done))))
    again = draw(some.lists(some.integers(0, len(done) - 1), max_size=4))
    order = [*whole, *again]
    cuts = sorted(draw(some.sets(some.integers(1, len(order)), max_size=4)) | {len(order)})
    return done, [order[start:end] for start, end in zip([0, *cuts], cuts, strict=False)]


@dataclass
class Door:
    host: Staff
    session: Session
    opened: datetime
    tickets: list[Any]
    people: list[list[int]]

    def told(self, done: Sequence[Done], place: int) -> Told:
        each = done[place]
        at = self.opened + timedelta(minutes=each.minute) + CLOCKS[each.device]
        known = {"ticket": self.tickets[each.family].id} if each.is_known else {"code": self.tickets[each.family].digest}
        people = [self.people[each.family][n] for n in each.people if n < len(self.people[each.family])]
        named = {**known, "people": people} if each.act in {Act.ENTER, Act.LEAVE} else known if each.act == Act.MISS else {}
        taken_back = {"undoes": self.nonce(each.undoes)} if each.act == Act.UNDO else {}
        return Told(
            self.nonce(place), each.act, int(at.timestamp() * 1000), shown=each.shown, heads=each.heads, **named, **taken_back  # type: ignore[arg-type]  # -- of several types
        )  # fmt: skip

    def nonce(self, place: int) -> str:
        return f"{self.session.id:06}-{place:06}"

    async def take(self, done: Sequence[Done], places: Sequence[int]) -> None:
        """Each device sends its own by its own clock."""
        for device, ahead in enumerate(CLOCKS):
            scans = [self.told(done, place) for place in places if done[place].device == device]
            sent_at = int((clock.now() + ahead).timestamp() * 1000)
            if scans:
                await uploads.take(self.session, Batch(sent_at, scans), by=self.host)

    async def state(self) -> tuple[dict[tuple[int, int], tuple[str, timedelta]], dict[str, tuple[str, ...]]]:
        """Where everybody is since when, and what is said of each scan; without ids."""
        seats = {id: (family, n) for family, people in enumerate(self.people) for n, id in enumerate(people)}
        there = {seats[id]: (each.where.value, each.at - self.opened) for id, each in (await presence.of_session(self.session.id)).items()}
        scans = await Scan.objects().where(Scan.session == self.session.id)
        return there, {each.nonce[7:]: (each.act, each.shown, each.ruled, each.flag, str(each.heads)) for each in scans}


async def open_door(host: Staff) -> Door:
    session = await make.session(await make.event(host=host, children_per_adult=2))
    rows = [await make.registration(session, adults=adults, children=children) for adults, children in FAMILIES]
    opened = clock.now() - timedelta(hours=1)
    await Session.update({Session.starts_at: opened, Session.ends_at: opened + timedelta(hours=3)}).where(Session.id == session.id)
    row = await db.row(Session, session.id)
    assert row is not None
    people = [[person.id for person in await registrations.people_of(each.id)] for each in rows]
    return Door(host, row, opened, [await make.ticket_of(each) for each in rows], people)


@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=uploads_of())
async def test_any_order_parts_and_repetition_of_uploads_give_the_same_state(
    engine: PooledEngine, monkeypatch: pytest.MonkeyPatch, told: tuple[list[Done], list[list[int]]]
) -> None:
    done, batches = told
    with monkeypatch.context() as patch:
        noon = make.at(0, "12:00")
        patch.setattr(clock, "now", lambda: noon)
        host = await make.staff()
        at_once, in_parts = await open_door(host), await open_door(host)
        await at_once.take(done, range(len(done)))
        for batch in batches:
            await in_parts.take(done, batch)
        assert await in_parts.state() == await at_once.state()

"""Queries worked out once give what Piccolo gives, and rows added at once have their ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from events import db
from events.catalog.tables import Event, Session, Store
from events.db.engine import PooledEngine
from events.signup.tables import Attendee, AttendeeKind
from tests import make

sessions_with_all = db.Prepared(lambda id: Session.objects(Session.event, Session.event._.store).where(Session.id == id))


async def test_prepared_reads_what_piccolo_reads_with_other_values_each_time(engine: PooledEngine) -> None:
    first, second = await make.session(places=7), await make.session(places=9)
    for session in (first, second, first):
        (row,) = await sessions_with_all(session.id)
        (plain,) = await Session.objects().where(Session.id == session.id)
        event, store = row.event, row.event.store
        assert isinstance(event, Event)
        assert isinstance(store, Store)
        assert {**row.to_dict(), "event": event.id} == plain.to_dict()
        assert {**event.to_dict(), "store": store.id} == (await Event.objects().get(Event.id == session.event)).to_dict()  # type: ignore[union-attr]  # -- it is there
    assert await sessions_with_all(99) == []


async def test_prepared_rows_are_saved_as_rows_that_exist(engine: PooledEngine) -> None:
    (row,) = await sessions_with_all((await make.session(places=7)).id)
    row.places = 8
    await row.save([Session.places])
    assert [each.places for each in await Session.objects()] == [8]


async def test_add_gives_every_row_its_id_in_order(engine: PooledEngine) -> None:
    registration = await make.registration()
    rows = [Attendee(registration=registration.id, kind=AttendeeKind.CHILD, name=f"孩子{n}") for n in range(3)]
    await db.add(*rows)
    kept = {each.id: each.name for each in await Attendee.objects().where(Attendee.kind == AttendeeKind.CHILD)}
    assert kept == {row.id: row.name for row in rows}
    assert all(row.given_back_at is None and row.takes_place for row in rows)


async def test_listed_reads_the_rows_of_a_list_however_long(engine: PooledEngine) -> None:
    placed = db.Listed(lambda places, ids: Session.objects().where((Session.places == places) & Session.id.is_in(ids)).order_by(Session.id))
    event = await make.event()
    ids = [(await make.session(event, places=7 if n % 2 else 9)).id for n in range(7)]
    for size in (0, 1, 2, 3, 5, 7):
        assert [row.id for row in await placed(7, ids[:size])] == ids[1:size:2]
    assert [row.id for row in await placed(9, [ids[0], ids[0], 99])] == [ids[0]]


async def test_new_makes_what_the_constructor_makes(engine: PooledEngine) -> None:
    registration = await make.registration()
    values: dict[str, Any] = {"registration": registration.id, "kind": AttendeeKind.CHILD.value, "name": "小满"}
    slow, quick = Attendee(**values), db.new(Attendee, **values)
    assert {name: value for name, value in quick.to_dict().items() if name != "id"} == {
        name: value for name, value in slow.to_dict().items() if name != "id"
    }
    await db.add(quick)
    (kept,) = await Attendee.objects().where(Attendee.id == quick.id)
    assert kept.to_dict() == quick.to_dict()


async def test_add_keeps_values_of_every_kind(engine: PooledEngine) -> None:
    """Many rows at once go another way than one alone."""
    event = await make.event()
    (known,) = await Event.objects().where(Event.id == event.id)
    store = await db.row(Store, event.store)
    session = await make.session(event)
    for table, row in ((Event, known), (Store, store), (Session, await db.row(Session, session.id))):
        assert row is not None
        told = {name: value for name, value in row.to_dict().items() if name != "id"}
        for many in (1, 3):
            fresh = [told | ({"uid": uuid4()} if table is Session else {}) for _row in range(many)]
            rows = [table(**each) for each in fresh]
            await db.add(*rows)
            kept = {each.id: each.to_dict() for each in await table.objects().where(table.id.is_in([row.id for row in rows]))}
            assert [kept[row.id] for row in rows] == [{"id": row.id, **each} for row, each in zip(rows, fresh, strict=True)]


async def test_listed_says_of_many_what_piccolo_says(engine: PooledEngine) -> None:
    """The list twice, values before and after it, and a row with others in it."""
    asked: list[tuple[Callable[..., Any], int]] = [
        (lambda ids: Session.objects().where(Session.id.is_in(ids)), 0),
        (lambda a, ids: Session.objects(Session.event).where((Session.places == a) & Session.id.is_in(ids) & Session.event.is_in(ids)), 1),
        (lambda a, b, ids: Session.objects().where(Session.id.is_in(ids) & (Session.places > a) & (Session.event == b)).limit(3), 2),
    ]
    for ask, fixed in asked:
        listed = db.Listed(ask)
        for size in (1, 2, 8):
            whole = db.Prepared(lambda *blanks, ask=ask, fixed=fixed: ask(*blanks[:fixed], list(blanks[fixed:])), fixed + size)
            assert (listed._of_size.get(size) or listed._prepare(size)).text(engine.engine_type) == whole.text(engine.engine_type)

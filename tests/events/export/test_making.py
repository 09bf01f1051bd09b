from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from events import clock, duties
from events.db.engine import PooledEngine
from events.export import lines, making
from events.export.lines import Line
from events.export.scopes import Scope
from events.export.tables import Export, ExportPart, ExportState, FileKind, What
from events.sheets import writing
from tests import make
from tests.cast import Cast, assemble
from tests.events.export import files
from tests.events.export.files import ask, of_event, read

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
async def cast(engine: PooledEngine) -> Cast:
    return await assemble()


async def now(export: Export) -> Export:
    row = await Export.objects().get(Export.id == export.id)
    assert row is not None
    return row


async def lapse(export: Export) -> None:
    """The lease of whoever makes it has run out."""
    await Export.update({Export.due_at: clock.now() - timedelta(seconds=1)}).where(Export.id == export.id)


@pytest.mark.parametrize(("kind", "families"), [(FileKind.XLSX, 5_000), (FileKind.CSV, 1_200)])
async def test_a_long_file_is_made_by_the_duty_and_shows_how_far_it_is(
    cast: Cast, kind: FileKind, families: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PIECE", 64 * 1024)
    session = await make.session(cast.event, places=20_000)
    await files.crowd(session, families)
    export = await ask(await of_event(cast.event, session), kind=kind, by=cast.east_host)
    assert (export.state, export.rows, export.done) == (ExportState.DUE, families, 0)
    seen: list[int] = []
    hold = making._hold

    async def watched(export: Export, values: making.Values) -> None:
        await hold(export, values)
        if len(seen) < 3:
            seen.append((await now(export)).done)

    monkeypatch.setattr(making, "_hold", watched)
    assert await making.next_one(files.speech)
    assert not await making.next_one(files.speech)
    export = await now(export)
    assert (export.state, export.done, export.attempt) == (ExportState.READY, families, 1)
    assert seen == [100, 200, 300]
    table = await read(export)
    assert [line["家庭"] for line in table] == [f"家庭{n}" for n in range(families)]
    assert {line["家长的备注"] for line in table} == {"'=1+1" if kind == FileKind.CSV else "=1+1"}
    parts = await ExportPart.objects().where(ExportPart.export == export.id).order_by(ExportPart.position)
    assert [part.position for part in parts] == list(range(len(parts)))
    assert len(parts) > 1
    assert export.size == sum(len(part.bytes) for part in parts)
    assert max(len(part.bytes) for part in parts) <= 64 * 1024


async def test_the_duties_make_it(cast: Cast) -> None:
    session = await make.session(cast.event, places=20_000)
    await files.crowd(session, 1_001)
    stop = asyncio.Event()
    running = asyncio.create_task(
        duties.run(stop, address="http://127.0.0.1:8000", say=lambda language, sentence: f"{language} {sentence}")
    )
    await asyncio.sleep(0.1)
    export = await ask(await of_event(cast.event, session), by=cast.east_host)
    duties.wake()
    async with asyncio.timeout(20):
        while (await now(export)).state != ExportState.READY:
            await asyncio.sleep(0.05)
    stop.set()
    await running
    table = await read(export)
    assert (len(table), table[0]["zh 家庭"]) == (1_001, "家庭0")


async def long_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Export:
    monkeypatch.setattr("events.export.exports.AT_ONCE", 0)
    return await ask(await of_event(cast.event), by=cast.east_host)


async def test_a_maker_killed_half_way_is_followed_by_another(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    export = await long_one(cast, monkeypatch)
    killed = await making._claim()
    assert killed is not None
    await ExportPart(export=export.id, position=0, bytes=b"half a fi").save()
    await ExportPart(export=export.id, position=7, bytes=b"le").save()
    assert not await making.next_one(files.speech)  # its lease runs
    await lapse(export)
    assert await making.next_one(files.speech)
    export = await now(export)
    assert (export.state, export.attempt) == (ExportState.READY, 2)
    assert [line["家庭"] for line in await read(export)] == ["陈妈妈", "林爸爸"]
    assert await ExportPart.count() == 1


async def test_a_maker_that_lost_its_lease_writes_nothing_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    export = await long_one(cast, monkeypatch)
    slow = await making._claim()
    assert slow is not None
    await lapse(export)
    assert await making.next_one(files.speech)
    before = await now(export)
    parts = await ExportPart.select().where(ExportPart.export == export.id)
    await making.make(slow, files.speech)
    assert (await now(export)).to_dict() == before.to_dict()
    assert await ExportPart.select().where(ExportPart.export == export.id) == parts


async def test_two_makers_never_take_the_same_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    await long_one(cast, monkeypatch)
    claimed = await asyncio.gather(*(making._claim() for _each in range(4)))
    assert [each.attempt for each in claimed if each is not None] == [1]


async def test_a_file_that_cannot_be_made_has_failed_after_three_tries(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(scope: Scope, what: What) -> AsyncIterator[list[Line]]:
        raise ValueError("陈妈妈 13800000001")
        yield []

    monkeypatch.setattr(lines, "pages", broken)
    export = await long_one(cast, monkeypatch)
    for attempt, state in ((1, ExportState.DUE), (2, ExportState.DUE), (3, ExportState.FAILED)):
        assert await making.next_one(files.speech)
        found = await now(export)
        assert (found.attempt, found.state) == (attempt, state)
        assert found.due_at > clock.now()
        await lapse(export)
    assert not await making.next_one(files.speech)
    said = capsys.readouterr()
    assert "陈妈妈" not in said.out + said.err


async def test_a_file_whose_makers_are_killed_again_and_again_has_failed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    export = await long_one(cast, monkeypatch)
    for _attempt in range(making.TRIES):
        assert await making._claim() is not None
        await lapse(export)
    assert await making._claim() is None
    assert (await now(export)).state == ExportState.FAILED

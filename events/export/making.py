"""Makes the files: claimed under an attempt's number and a lease, kept in the database in pieces.

due → making → ready. A maker that died lets its lease lapse, and another begins again; after three tries the file has failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from piccolo.columns import Column as TableColumn

from events import clock
from events.catalog import questions
from events.catalog.questions import Asked
from events.db import writing
from events.export import lines
from events.export.columns import WHATS, columns, is_told
from events.export.scopes import Scope
from events.export.tables import Export, ExportPart, ExportState, FileKind, What
from events.sheets.writing import Csv, Table, Xlsx
from events.signup.tables import Answer

log = structlog.get_logger("linju")

Values = dict[TableColumn | str, Any]
Speech = Callable[[str, str], str]  # a language and a marked sentence in, the sentence in that language out

LEASE = timedelta(seconds=60)  # longer than a page of lines or a piece of the file takes by far
PAUSE = timedelta(seconds=10)  # before another try
TRIES = 3
KEPT = timedelta(days=1)
_OPEN = (ExportState.DUE, ExportState.MAKING)


class Lost(Exception):
    """Another maker has the file now: this one writes nothing more."""


async def next_one(speech: Speech) -> bool:
    """Take one due file to its end; False when none is due. Any number may run at once, in any process."""
    export = await _claim()
    if export is None:
        return False
    await make(export, speech)
    return True


async def make(export: Export, speech: Speech) -> None:
    """Make a claimed file. What goes wrong is tried again by a duty, up to TRIES times; nothing is raised."""
    try:
        await _make(export, speech)
    except Lost:
        return
    except Exception as error:  # noqa: BLE001 -- whatever it is, the row must say so; the text may quote a family
        log.error("export failed", export=export.id, attempt=export.attempt, kind=type(error).__name__)  # noqa: TRY400 -- no traceback with values
        await _fail(export)


async def pieces(export: Export) -> AsyncIterator[bytes]:
    """The file, one piece in memory at a time."""
    position = 0
    while True:
        found = await ExportPart.select(ExportPart.bytes).where(ExportPart.export == export.id, ExportPart.position == position).first()
        if found is None:
            return
        yield found["bytes"]
        position += 1


async def sweep() -> bool:
    """What families told is erased a day after the file was asked for; the row stays for the trail. True when there may be more."""
    old = Export.created_at < clock.now() - KEPT
    async with writing():
        await Export.update({Export.state: ExportState.FAILED}).where(old & Export.state.is_in([state.value for state in _OPEN]))
        part = await ExportPart.select(ExportPart.export).where(ExportPart.export._.created_at < clock.now() - KEPT).first()
        if part is not None:  # of a file that was never finished there may be parts as well
            await ExportPart.delete().where(ExportPart.export == part["export"])
            await Export.update({Export.size: 0}).where(Export.id == part["export"])
    return part is not None


async def _claim() -> Export | None:
    """Under the next attempt's number. One that was tried often enough has failed instead."""
    moment = clock.now()
    is_due = Export.state.is_in([state.value for state in _OPEN]) & (Export.due_at <= moment)
    while (row := await Export.objects().where(is_due).order_by(Export.due_at, Export.id).first()) is not None:
        is_over = row.attempt >= TRIES
        ours: Values = {Export.state: ExportState.MAKING, Export.attempt: row.attempt + 1, Export.done: 0, Export.due_at: moment + LEASE}
        lost: Values = {Export.state: ExportState.FAILED}
        async with writing():
            mine = (
                await Export.update(lost if is_over else ours)
                .where((Export.id == row.id) & (Export.attempt == row.attempt) & is_due)
                .returning(*Export.all_columns())
            )
        if mine and not is_over:
            return Export(**mine[0], _exists_in_db=True)
    return None


async def _make(export: Export, speech: Speech) -> None:
    what, scope, say = What(export.what), await Scope.of(export), partial(speech, export.language)
    asked = await _asked(scope.event.id) if scope.event is not None and what == What.ANSWERS else []
    fills = columns(what, asked, say)
    heads = [head for head, _fill in fills]
    with Xlsx(heads, title=say(WHATS[what])) if export.kind == FileKind.XLSX else Csv(heads) as table:
        done = await _write(table, export, scope, asked, say, fills)
        await _keep(table, export, done)


async def _asked(event: int) -> list[Asked]:
    """The event's questions; one that was put away only if somebody answered it."""
    found = await questions.of(event, with_archived=True)
    old = [each.question.id for each in found if each.question.archived_at is not None]
    rows = await Answer.select(Answer.question).distinct().where(Answer.question.is_in(old)) if old else []
    answered = {row["question"] for row in rows}
    return [each for each in found if each.question.archived_at is None or each.question.id in answered]


async def _write(table: Table, export: Export, scope: Scope, asked: Sequence[Asked], say: Any, fills: Any) -> int:
    """All lines into the table; how many. The row shows how far it is."""
    done = seen = 0
    async for page in lines.pages(scope, What(export.what)):
        told = [line for line in page if is_told(line, What(export.what), asked)]
        rows = [[fill(line, say) for _head, fill in fills] for line in told]
        await asyncio.to_thread(table.add, rows)
        done += len(rows)
        seen += len({line.family.registration.id for line in page}) if export.what == What.ANSWERS else len(rows)
        await _hold(export, {Export.done: min(seen, export.rows)})
    return done


async def _keep(table: Table, export: Export, done: int) -> None:
    """The finished file into the database, in place of what a maker before left there."""
    async with writing():
        await _hold(export, {})
        await ExportPart.delete().where(ExportPart.export == export.id)
    file, position, size = table.pieces(), 0, 0
    while (piece := await asyncio.to_thread(next, file, None)) is not None:
        async with writing():
            await _hold(export, {})
            await ExportPart(export=export.id, position=position, bytes=piece).save()
        position, size = position + 1, size + len(piece)
    made: Values = {Export.state: ExportState.READY, Export.rows: done, Export.done: done, Export.size: size, Export.made_at: clock.now()}
    await _hold(export, made)


async def _hold(export: Export, values: Values) -> None:
    """Keep the lease and write under it; Lost when it is another's."""
    async with writing():
        mine = (
            await Export.update({Export.due_at: clock.now() + LEASE, **values})
            .where((Export.id == export.id) & (Export.attempt == export.attempt) & (Export.state == ExportState.MAKING))
            .returning(Export.id)
        )
    if not mine:
        raise Lost


async def _fail(export: Export) -> None:
    """Due again in a while, unless it was tried often enough."""
    state = ExportState.FAILED if export.attempt >= TRIES else ExportState.DUE
    async with writing():
        await Export.update({Export.state: state, Export.due_at: clock.now() + PAUSE}).where(
            (Export.id == export.id) & (Export.attempt == export.attempt) & (Export.state == ExportState.MAKING)
        )

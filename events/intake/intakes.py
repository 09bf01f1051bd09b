"""Texts and files that come in: read into lines, reviewed, and closed, after which nothing of what families wrote is left."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from piccolo.columns import Column

from events import clock
from events.catalog import sessions
from events.catalog.tables import Session, Store
from events.db import writing
from events.errors import NotThere, Refused, _
from events.intake import columns, grids, holding, relays, sources
from events.intake.drafts import Draft, write
from events.intake.tables import Intake, IntakeLine, LineState, Source
from events.people import audit
from events.people.tables import Staff
from events.sheets.reading import Row

LONGEST = 60_000  # bytes of a relay
MOST = 500  # lines
LASTS = timedelta(hours=24)
AT_ONCE = 20  # intakes in one round
TOLD: dict[Column | str, Any] = dict.fromkeys(
    (IntakeLine.raw, IntakeLine.told, IntakeLine.refusal, IntakeLine.refusal_values, IntakeLine.refusal_field), ""
)


async def start_relay(session: Session, text: str, *, by: Staff) -> Intake:
    """A pasted relay, read line by line. Refused (field "text") for an empty one, one too long, and one in which nobody signs up."""
    _session, event, store = await sessions.whole(session.id)
    holding.check_event(event, by)
    _check(text)
    async with writing():
        intake = Intake(store=store.id, session=session.id, source=Source.RELAY, text=text, made_by=by.id, created_at=clock.now())
        await begin(intake, await relays.drafts(intake, text), by)
    return intake


async def start_families(session: Session, rows: Sequence[Row], *, by: Staff) -> Intake:
    """A table with a family in each row. Refused (field "file") for one too long, and one without a row below its heads."""
    _session, event, store = await sessions.whole(session.id)
    holding.check_event(event, by)
    return await start_sheet(Source.FAMILIES, store, session, rows, by=by)


async def start_sheet(source: Source, store: Store, session: Session | None, rows: Sequence[Row], *, by: Staff) -> Intake:
    """A table of either kind: its columns are guessed and its rows read; the host may say what the columns are."""
    holding.check_store(store, by)
    if len(rows) > MOST:
        raise Refused(_("一次最多 %(n)s 行，分几次来"), field="file", n=MOST)
    sheet = sources.SHEETS[source]
    async with writing():
        intake = Intake(store=store.id, session=session.id if session else None, source=source, made_by=by.id, created_at=clock.now())
        meanings = await sheet.meanings(intake)
        table = columns.with_heads(rows, meanings)
        guessed = columns.guess(table[0].cells, meanings)
        intake.table, intake.columns = grids.dump(table), json.dumps(guessed)
        drafts = await sheet.drafts(intake, table[1:], guessed)
        if not drafts:
            raise Refused(_("这个表格里只有表头，没有一行可报的"), field="file")
        await begin(intake, drafts, by)
    return intake


async def begin(intake: Intake, drafts: Sequence[Draft], by: Staff) -> None:
    """An intake with its lines; the caller is in `writing()`."""
    await intake.save()
    await write(intake.id, drafts)
    await audit.record(by, "intake.started", intake)


async def close(intake: Intake, *, by: Staff | None) -> None:
    """The review is over: what families wrote is gone from the text, the table and every line. Numbers and results stay."""
    async with writing():
        row = await holding.hold(intake.id, by)
        await _forget(row, by)
    intake.closed_at = row.closed_at


async def sweep() -> bool:
    """Nothing pasted outlives a day, whoever forgot to close it. True when there is more to do."""
    late = Intake.closed_at.is_null() & (Intake.created_at < clock.now() - LASTS)
    rows = await Intake.select(Intake.id).where(late).order_by(Intake.created_at).limit(AT_ONCE)
    for row in rows:
        async with writing():
            await _close_late(row["id"])
    return len(rows) == AT_ONCE


async def open_of(session: int) -> list[Intake]:
    """What is under review for a session, the newest first."""
    mine = (Intake.session == session) & Intake.closed_at.is_null()
    return await Intake.objects().where(mine).order_by(Intake.id, ascending=False)


async def choose_columns(intake: Intake, chosen: Sequence[str], *, by: Staff) -> None:
    """What each column means, said by the host: the rows are read anew. Refused once a row is a registration; a relay has none."""
    async with writing():
        row = await holding.hold(intake.id, by)
        if row.source not in sources.SHEETS:
            raise NotThere
        if await IntakeLine.exists().where((IntakeLine.intake == row.id) & (IntakeLine.state == LineState.DONE)):
            raise Refused(_("已经有几行报上了，列不能再换"))
        sheet, table = sources.SHEETS[Source(row.source)], grids.load(row.table)
        known = {each.value for each in await sheet.meanings(row)}
        said = [value if value in known else "" for value in chosen][: len(table[0].cells)]
        said += [""] * (len(table[0].cells) - len(said))
        await IntakeLine.delete().where(IntakeLine.intake == row.id)
        await Intake.update({Intake.columns: json.dumps(said)}).where(Intake.id == row.id)
        row.columns = json.dumps(said)
        await write(row.id, await sheet.drafts(row, table[1:], said))
        await audit.record(by, "intake.columns", row)


def said_of(intake: Intake) -> list[str]:
    """What its columns mean."""
    return list(json.loads(intake.columns)) if intake.columns else []


async def _close_late(intake: int) -> None:
    """Unless somebody closed it meanwhile."""
    try:
        row = await holding.hold(intake, None)
    except Refused:
        return
    await _forget(row, None)


async def _forget(row: Intake, by: Staff | None) -> None:
    row.closed_at = clock.now()
    emptied: dict[Column | str, Any] = {Intake.text: "", Intake.table: "", Intake.columns: "", Intake.closed_at: row.closed_at}
    await Intake.update(emptied).where(Intake.id == row.id)
    await IntakeLine.update(TOLD).where(IntakeLine.intake == row.id)
    await audit.record(by, "intake.closed", row)


def _check(text: str) -> None:
    if not text.strip():
        raise Refused(_("先把接龙贴进来"), field="text")
    if len(text.encode()) > LONGEST or len(text.splitlines()) > MOST:
        raise Refused(_("太长了，一次最多 %(n)s 行，分两次贴"), field="text", n=MOST)

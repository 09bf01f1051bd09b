"""Files asked for at the desk: who may ask, what became of them, and the trail of who took what away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection

from events import clock
from events.catalog.tables import Event
from events.db import writing
from events.errors import NotThere, Refused, _
from events.export import making, scopes
from events.export.making import KEPT, LEASE, Speech
from events.export.scopes import Scope
from events.export.tables import Export, ExportState, FileKind, What
from events.people import audit, rights
from events.people.tables import Staff
from events.sheets.writing import XLSX_ROWS

AT_ONCE = 1_000  # lines that are made while the asker waits
MOST = 5  # unfinished files of one person


async def ask(scope: Scope, what: What, kind: FileKind, *, language: str, speech: Speech, by: Staff) -> Export:
    """A file for its asker. A short one is ready at once; a long one is made by a duty (wake it), and the row shows how far it is.

    Refused to whom it is not for (`scopes.check`), when it is too long for XLSX, and while several of theirs are being made.
    """
    scopes.check(scope, what, by=by)
    rows = await scopes.count(scope, what)
    if kind == FileKind.XLSX and rows > XLSX_ROWS:
        raise Refused(_("行数太多，Excel 的文件装不下，选 CSV"), field="kind")
    is_short, moment = rows <= AT_ONCE, clock.now()
    async with writing():
        await _check_patience(by)
        export = Export(
            store=scope.store.id,
            event=scope.event.id if scope.event is not None else None,
            session=scope.session.id if scope.session is not None else None,
            from_day=scope.from_day,
            until_day=scope.until_day,
            what=what,
            kind=kind,
            language=language,
            state=ExportState.MAKING if is_short else ExportState.DUE,
            rows=rows,
            attempt=int(is_short),
            made_by=by.id,
            created_at=moment,
            due_at=moment + LEASE if is_short else moment,
        )
        await export.save()
        await audit.record(by, "export.made", export)
    if is_short:
        await making.make(export, speech)
        await export.refresh()
    return export


async def of(by: Staff) -> list[Export]:
    """Somebody's own files of the last day, the newest first; those of a store they no longer see are gone."""
    where = (Export.made_by == by.id) & (Export.created_at >= clock.now() - KEPT)
    rows = await Export.objects().where(where).order_by(Export.id, ascending=False)
    return [row for row in rows if rights.sees(by, row.store)]


async def one(id: int, *, by: Staff) -> Export:
    """NotThere unless it is among `of(by)`: a file is its maker's alone, for a day."""
    found = next((row for row in await of(by) if row.id == id), None)
    if found is None:
        raise NotThere
    return found


async def fetch(export: Export, *, by: Staff) -> AsyncIterator[bytes]:
    """The file itself; that it was taken away is in the trail before the first byte leaves."""
    if export.state != ExportState.READY:
        raise NotThere
    async with writing():
        await audit.record(by, "export.fetched", export)
    return making.pieces(export)


async def told(ids: Collection[int]) -> dict[int, tuple[What, str]]:
    """For the trail: what each file was, and of which event; of a whole store none."""
    if not ids:
        return {}
    rows = await Export.select(Export.id, Export.what, Export.event).where(Export.id.is_in(sorted(ids)))
    events = {row["event"] for row in rows if row["event"] is not None}
    found = await Event.select(Event.id, Event.title).where(Event.id.is_in(sorted(events))) if events else []
    titles = {row["id"]: row["title"] for row in found}
    return {row["id"]: (What(row["what"]), titles.get(row["event"], "")) for row in rows}


async def _check_patience(by: Staff) -> None:
    unfinished = (ExportState.DUE.value, ExportState.MAKING.value)
    since = clock.now() - KEPT
    where = (Export.made_by == by.id) & Export.state.is_in(list(unfinished)) & (Export.created_at >= since)
    if await Export.count().where(where) >= MOST:
        raise Refused(_("您要的几份还在做，等它们好了再要"))

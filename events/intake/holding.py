"""Who may touch what comes in, and holding it while it is touched."""

from __future__ import annotations

from events import db
from events.catalog import sessions
from events.catalog.tables import Event, Store
from events.errors import NotThere, Refused, _
from events.intake.tables import Intake
from events.people import rights
from events.people.tables import Staff


async def check(intake: Intake, by: Staff) -> None:
    """Refused unless `by` may sign families up to the event, or make events of the store; what a chat wrote is for no one else."""
    if intake.session is not None:
        _session, event, _store = await sessions.whole(intake.session)
        check_event(event, by)
    else:
        check_store(intake.store, by)


def check_event(event: Event, by: Staff) -> None:
    if not rights.may_edit(by, event.store, event.host):
        raise Refused(_("只有带这个活动的小盒和本店大盒可以贴接龙、传表格"))


def check_store(store: Store | int, by: Staff) -> None:
    if not rights.sees(by, store if isinstance(store, int) else store.id):
        raise NotThere


async def hold(intake: int, by: Staff | None) -> Intake:
    """The intake under its lock, as it is now. Refused once it is closed: nothing is left that could be read."""
    await db.lock(Intake, intake)
    row = await Intake.objects().where(Intake.id == intake).first()
    if row is None:
        raise NotThere
    if row.closed_at is not None:
        raise Refused(_("这一份看完了，原文已经删掉；要再报就重新贴一次"))
    if by is not None:
        await check(row, by)
    return row

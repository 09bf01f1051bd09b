"""The log of a session's registrations: a line for every change, so that a host can say why a family is where it is."""

from __future__ import annotations

from events import clock
from events.db import add, in_writing
from events.people.tables import Staff
from events.signup.tables import Act, Entry, Registration


async def record(
    registration: Registration,
    act: Act,
    *,
    places: int,
    free: int | None = None,
    option: int | None = None,
    by: Staff | None = None,
    reason: str = "",
) -> None:
    """Write a line in the transaction that did it. `places` is what the family has or needs, `free` what was free at that moment."""
    if not in_writing():
        raise RuntimeError(f"{act} logged outside writing()")
    entry = Entry(
        session=registration.session,
        registration=registration.id,
        at=clock.now(),
        act=act,
        places=places,
        free=free,
        option=option,
        staff=by.id if by else None,
        reason=reason,
    )
    await add(entry)


async def of_registration(registration: int) -> list[Entry]:
    """What became of one registration, oldest first."""
    return await Entry.objects().where(Entry.registration == registration).order_by(Entry.id)


async def of_session(session: int) -> list[Entry]:
    """What happened to all of a session's registrations, oldest first."""
    return await Entry.objects().where(Entry.session == session).order_by(Entry.id)


async def latest(registration: int) -> Entry | None:
    """The last line about a registration."""
    return await Entry.objects().where(Entry.registration == registration).order_by(Entry.id, ascending=False).first()

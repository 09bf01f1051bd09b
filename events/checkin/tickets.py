"""Tickets: issued with the places, shown as a QR, known at the door by six digits."""

from __future__ import annotations

from events import codes, db
from events.checkin.tables import Ticket
from events.errors import NotThere
from events.facts import Placed

SECRET = 16  # 80 bits; with the address it still fits a version 3 QR
DIGEST = 24  # hex digits, 96 bits


async def issue(fact: Placed) -> None:
    """Reaction: a placed registration has its ticket; one that had it keeps it."""
    while True:
        secret = codes.secret(SECRET)
        row = Ticket(registration=fact.registration, session=fact.session, secret=secret, digest=digest(secret), number=codes.digits(6))
        try:
            async with db.writing():
                await db.add(row)
            return
        except db.Taken:  # the number, one in a million for each ticket of the session; or it has its ticket
            if await Ticket.exists().where(Ticket.registration == fact.registration):
                return


def digest(secret: str) -> str:
    """What a device at the door keeps in place of a secret: enough to know a code again, and of no use to whoever finds it."""
    return codes.digest(secret.upper())[:DIGEST]


async def of(registration: int) -> Ticket | None:
    """The ticket of a registration; one on the waiting list has none."""
    return next(iter(await _of(registration)), None)


_of = db.Prepared(lambda registration: Ticket.objects().where(Ticket.registration == registration))


async def by_secret(secret: str) -> Ticket:
    """The ticket a QR names, in either case. Raises NotThere."""
    ticket = await Ticket.objects().where(Ticket.secret == secret.upper()).first()
    if ticket is None:
        raise NotThere
    return ticket


async def by_number(session: int, number: str) -> Ticket | None:
    """For the session's door staff only; the caller brakes guessing."""
    return await Ticket.objects().where((Ticket.session == session) & (Ticket.number == number)).first()

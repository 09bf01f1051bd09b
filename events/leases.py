"""A duty's turn: any number of workers may try, one does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from piccolo.columns import Serial, Timestamptz, Varchar
from piccolo.table import Table

from events import clock
from events.db import writing

SKEW = timedelta(minutes=5)  # as far as the clocks of nodes may differ


class Lease(Table, tablename="lease"):
    """Whoever holds the row until its time does the duty, on any node."""

    id: Serial
    duty = Varchar(length=60, unique=True)
    holder = Varchar(length=60, default="")
    until = Timestamptz()


async def take(duty: str, *, holder: str, seconds: float) -> bool:
    """Take or keep the turn at `duty` for `seconds`; False while another holder's time runs."""
    moment = clock.now()
    until = moment + timedelta(seconds=seconds)
    async with writing():
        await Lease.insert(Lease(duty=duty, holder="", until=moment)).on_conflict(target=Lease.duty, action="DO NOTHING")
        mine = (
            await Lease.update({Lease.holder: holder, Lease.until: until})
            .where((Lease.duty == duty) & ((Lease.until <= moment) | (Lease.holder == holder)))
            .returning(Lease.id)
        )
    return bool(mine)


async def give_back(duty: str, *, holder: str) -> None:
    """End the turn early so that another may take it at once; not ours any more: nothing happens."""
    async with writing():
        await Lease.update({Lease.until: clock.now()}).where((Lease.duty == duty) & (Lease.holder == holder))


async def turn(duty: str, *, holder: str, seconds: float) -> bool:
    """Whether `duty` is due: it is once every `seconds`, for one of all that ask, the last to have done it included.

    A turn that ends later than a new one would was taken before somebody set the clock back.
    """
    moment = clock.now()
    until = moment + timedelta(seconds=seconds)
    if await Lease.exists().where((Lease.duty == duty) & (Lease.until > moment) & (Lease.until <= until + SKEW)):
        return False
    async with writing():
        await Lease.insert(Lease(duty=duty, holder="", until=moment)).on_conflict(target=Lease.duty, action="DO NOTHING")
        mine = (
            await Lease.update({Lease.holder: holder, Lease.until: until})
            .where((Lease.duty == duty) & ((Lease.until <= moment) | (Lease.until > until + SKEW)))
            .returning(Lease.id)
        )
    return bool(mine)


async def until(duty: str) -> datetime:
    """When a turn ends or ended; long ago for one nobody ever had."""
    row = await Lease.select(Lease.until).where(Lease.duty == duty).first()
    return row["until"] if row else datetime.min.replace(tzinfo=UTC)


async def keep(duty: str, *, until: datetime, holder: str = "") -> None:
    """Let nobody have the turn before then; a longer time that runs already stays."""
    async with writing():
        await Lease.insert(Lease(duty=duty, holder=holder, until=until)).on_conflict(target=Lease.duty, action="DO NOTHING")
        await Lease.update({Lease.until: until, Lease.holder: holder}).where((Lease.duty == duty) & (Lease.until < until))

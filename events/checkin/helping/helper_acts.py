"""What a helper may do at its door: look, let in, note who goes out. What its phone tells is cut down to that, and never refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace

from events import db
from events.catalog.tables import Session
from events.checkin import finding, tickets
from events.checkin.batches import OUT_OF_HOURS, Batch, Deed
from events.checkin.finding import Found
from events.checkin.helping.helpers import Helper
from events.checkin.tables import Act, Scan
from events.people import attempts, audit

SLACK = timedelta(minutes=5)  # around a link's hours: clocks differ
SEARCHES = 60  # of one link in a quarter of an hour


async def cut(helper: Helper, batch: Batch) -> Callable[[Deed], Deed]:
    """For uploads: a helper signs up nobody, names nobody, hands no child over and takes back its own acts alone; what was done outside
    its hours is to be looked at."""
    undone = [each.undoes for each in batch.scans if each.undoes]
    named = await Scan.select(Scan.nonce, Scan.made_by).where(Scan.nonce.is_in(undone)) if undone else []
    others = {row["nonce"] for row in named if row["made_by"] != helper.staff.id}

    def mended(deed: Deed) -> Deed:
        heads = deed.walk_in.adults + deed.walk_in.children if deed.walk_in else deed.heads
        undoes = "" if deed.undoes in others else deed.undoes
        why = deed.why if deed.act == Act.UNDO else ""
        why = why if is_within(helper, deed) else OUT_OF_HOURS
        return replace(deed, walk_in=None, told="", collector="", checked="", heads=heads, undoes=undoes, why=why)

    return mended


def is_within(helper: Helper, deed: Deed) -> bool:
    """Whether it was done in the link's hours, by our clock."""
    return helper.link.opens_at - SLACK <= deed.at <= helper.link.closes_at + SLACK


async def search(helper: Helper, session: Session, typed: str) -> list[Found]:
    """A few families of the helper's session that fit; on record before anything is told. Slowed: nobody reads a roster by guessing.

    Six digits are a ticket's number. Refused for too little.
    """
    await attempts.take({attempts.key("helper search", str(helper.link.id)): SEARCHES})
    async with db.writing():
        await audit.record(helper.staff, "helper.searched", session, store=helper.link.store)
    ticket = await tickets.by_number(session.id, number) if (number := finding.number(typed)) else None
    if ticket is not None:
        return [await finding.one(session, ticket)]
    return [each for each in await finding.find(session, typed) if each.registration.session == session.id]

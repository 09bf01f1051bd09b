"""Arrivals become passages, tickets get their digests; then what makes the door quick."""

from __future__ import annotations

from piccolo.columns import Serial, Varchar
from piccolo.table import Table

from events import codes, db, indexes
from events.migrating import Manager

ID = "2026-11-22-8-indexes"
VERSION = "1.38.0"
DESCRIPTION = "The door's rows as they were, and its indexes"


class Arrival(Table, tablename="arrival"):
    id: Serial


class Ticket(Table, tablename="ticket"):
    id: Serial
    digest = Varchar(length=24, default="")


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.add_raw(_digest_tickets)
    manager.add_raw(_take_over_arrivals)
    manager.add_raw(_make)
    manager.drop_table("Arrival", "arrival")
    return manager


async def _digest_tickets() -> None:
    """What devices know the tickets by that were issued before."""
    for row in await db.engine().run("SELECT id, secret FROM ticket WHERE digest = ''"):
        await Ticket.update({Ticket.digest: codes.digest(row["secret"])[:24]}).where(Ticket.id == row["id"])


async def _take_over_arrivals() -> None:
    """Each arrival was one tap and one person who came in."""
    if not await Arrival.table_exists():
        return
    await db.engine().run(
        "INSERT INTO scan (session, nonce, act, code, undoes, how, shown, ruled, heads, told, why, device, at, received_at, made_by, flag) "
        "SELECT MIN(session), nonce, 'enter', '', '', 'hand', 'welcome', 'welcome', 0, '', '', '', MIN(at), MIN(at), MIN(made_by), '' "
        "FROM arrival WHERE nonce NOT IN (SELECT nonce FROM scan) GROUP BY nonce"
    )
    await db.engine().run(
        "INSERT INTO passage (nonce, attendee, session, way, at, made_by, changed_at, undone_at, undone_by) "
        "SELECT nonce, attendee, session, 'in', at, made_by, COALESCE(undone_at, at), undone_at, undone_by FROM arrival"
    )


async def _make() -> None:
    for statement in indexes.DOOR:
        await db.engine().run(statement)

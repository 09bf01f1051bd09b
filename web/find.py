"""Rows looked up through the viewer: what is not theirs is not there."""

from __future__ import annotations

from typing import TypeVar

from piccolo.columns import Column
from piccolo.table import Table

from events import db
from events.announce.tables import Announcement, Delivery, Group
from events.catalog import sessions
from events.catalog.tables import Compound, Event, EventState, Question, Session, Store, Venue
from events.checkin.families import Door
from events.errors import NotThere
from events.intake.tables import Intake, IntakeLine
from events.notices.tables import Change, Notice
from events.people import households, members, rights
from events.people.tables import Household, Member, Merge, Role, Staff
from events.signup import merging
from events.signup.tables import Registration
from web.viewer import Viewer

Row = TypeVar("Row", bound=Table)
LARGEST = 2**31 - 1  # Serial: a larger number in an address is no id, and PostgreSQL would refuse the query


async def store(viewer: Viewer, id: int) -> Store:
    return _seen(viewer, await _row(Store, id), id)


async def compound(viewer: Viewer, id: int) -> Compound:
    row = await _row(Compound, id)
    return _seen(viewer, row, row.store)


async def venue(viewer: Viewer, id: int) -> Venue:
    row = await _row(Venue, id)
    return _seen(viewer, row, row.store)


async def event(viewer: Viewer, id: int) -> Event:
    row = await _row(Event, id)
    return _seen(viewer, row, row.store)


async def session(viewer: Viewer, id: int) -> Session:
    row = await _row(Session, id)
    await event(viewer, row.event)
    return row


async def door(viewer: Viewer, id: int) -> Door:
    """A session with its event and store, for somebody who stands at its door: one query."""
    if not 0 < id <= LARGEST:
        raise NotThere
    found = Door(*await sessions.whole(id))
    if not rights.sees(viewer.member, found.store.id):
        raise NotThere
    return found


async def question(viewer: Viewer, id: int) -> Question:
    row = await _row(Question, id)
    await event(viewer, row.event)
    return row


async def group(viewer: Viewer, id: int) -> Group:
    row = await _row(Group, id)
    return _seen(viewer, row, row.store)


async def announcement(viewer: Viewer, id: int) -> Announcement:
    row = await _row(Announcement, id)
    return _seen(viewer, row, row.store)


async def delivery(viewer: Viewer, id: int) -> Delivery:
    row = await _row(Delivery, id)
    await announcement(viewer, row.announcement)
    return row


async def staff(viewer: Viewer, id: int) -> Staff:
    """A colleague: an owner sees everybody, the others the people of their store. A helper is none."""
    row = await _row(Staff, id)
    if row.role == Role.HELPER:
        raise NotThere
    if rights.owns(viewer.member) or (row.store is not None and rights.sees(viewer.member, row.store)):
        return row
    raise NotThere


async def change(viewer: Viewer, id: int) -> Change:
    """What was done to a session of the viewer's store."""
    row = await _row(Change, id)
    await event(viewer, row.event)
    return row


async def notice(viewer: Viewer, id: int) -> Notice:
    row = await _row(Notice, id)
    await session(viewer, row.session)
    return row


async def desk_registration(viewer: Viewer, id: int) -> Registration:
    """A registration of the viewer's store."""
    row = await _row(Registration, id)
    await session(viewer, row.session)
    return row


async def merge(viewer: Viewer, id: int) -> Merge:
    """Two families made one, of a store the viewer sees."""
    row = await _row(Merge, id)
    await merging.check_seen(row, viewer.member)
    return row


async def intake(viewer: Viewer, id: int) -> Intake:
    """What came in for the viewer's store; whether they may read it is the domain's to say."""
    row = await _row(Intake, id)
    return _seen(viewer, row, row.store)


async def intake_line(viewer: Viewer, id: int) -> IntakeLine:
    row = await _row(IntakeLine, id)
    await intake(viewer, row.intake)
    return row


async def own_registration(viewer: Viewer, id: int) -> Registration:
    """A registration of the family this device belongs to."""
    row = await _row(Registration, id)
    if viewer.household is None or row.household != viewer.household:
        raise NotThere
    return row


async def household(viewer: Viewer) -> Household:
    """The family this device belongs to; no other is ever looked up."""
    row = await households.of(viewer.household)
    if row is None:
        raise NotThere
    return row


async def own_member(viewer: Viewer, id: int) -> Member:
    """One of the people that this device's family asked us to remember."""
    if viewer.household is None or not 0 < id <= LARGEST:
        raise NotThere
    return await members.one(viewer.household, id)


async def public_event(id: int) -> Event:
    """An event anybody may see: published, or called off after it was."""
    row = await _row(Event, id)
    if row.published_at is None or row.state == EventState.DRAFT:
        raise NotThere
    return row


async def public_session(event: Event, id: int) -> Session:
    row = await _row(Session, id)
    if row.event != event.id:
        raise NotThere
    return row


async def by(table: type[Row], column: Column, value: object) -> Row:
    """The one row with this value in a unique column."""
    row = await table.objects().where(column == value).first()
    if row is None:
        raise NotThere
    return row


async def _row(table: type[Row], id: int) -> Row:
    if not 0 < id <= LARGEST:
        raise NotThere
    row = await db.row(table, id)
    if row is None:
        raise NotThere
    return row


def _seen(viewer: Viewer, row: Row, store: int) -> Row:
    if not rights.sees(viewer.member, store):
        raise NotThere
    return row

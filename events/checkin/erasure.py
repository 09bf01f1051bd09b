"""What hosts typed about families at the door goes when what the families told goes; with it whose flat a chef went to."""

from __future__ import annotations

from typing import Any

from events import clock, db
from events.catalog.tables import Session
from events.catalog.visits import NOWHERE
from events.checkin.tables import Pickup, PickupCode, Printout, Scan
from events.signup.erasure import AFTER, AT_ONCE


async def sweep() -> bool:
    """One round of all that is due; True when there is more to do."""
    over = Session.select(Session.id).where(Session.ends_at < clock.now() - AFTER)
    is_more = [await _sweep_scans(over), await _sweep_pickups(over), await _sweep_codes(over)]
    is_more += [await _sweep_visits(), await _sweep_printouts(over)]
    return any(is_more)


async def _sweep_scans(over: Any) -> bool:
    due = Scan.session.is_in(over) & ((Scan.told != "") | (Scan.why != ""))
    if not await Scan.exists().where(due):
        return False
    async with db.writing():
        ids = [row["id"] for row in await Scan.select(Scan.id).where(due).order_by(Scan.id).limit(AT_ONCE)]
        if ids:
            await Scan.update({Scan.told: "", Scan.why: ""}).where(Scan.id.is_in(ids))
    return len(ids) == AT_ONCE


async def _sweep_pickups(over: Any) -> bool:
    """To whom children went. That they did, when, by whose hand and on what proof, stays."""
    due = Pickup.session.is_in(over) & (Pickup.collector != "")
    if not await Pickup.exists().where(due):
        return False
    async with db.writing():
        ids = [row["id"] for row in await Pickup.select(Pickup.id).where(due).order_by(Pickup.id).limit(AT_ONCE)]
        if ids:
            await Pickup.update({Pickup.collector: ""}).where(Pickup.id.is_in(ids))
    return len(ids) == AT_ONCE


async def _sweep_codes(over: Any) -> bool:
    """Codes and the delegates' names, whole."""
    due = PickupCode.session.is_in(over)
    if not await PickupCode.exists().where(due):
        return False
    async with db.writing():
        ids = [row["id"] for row in await PickupCode.select(PickupCode.id).where(due).order_by(PickupCode.id).limit(AT_ONCE)]
        if ids:
            await Pickup.update({Pickup.code: None}).where(Pickup.code.is_in(ids))
            await PickupCode.delete().where(PickupCode.id.is_in(ids))
    return len(ids) == AT_ONCE


async def _sweep_visits() -> bool:
    """Whose flat it was, and whom one called there."""
    due = (Session.ends_at < clock.now() - AFTER) & ((Session.flat != "") | (Session.contact != "") | (Session.contact_phone != ""))
    if not await Session.exists().where(due):
        return False
    async with db.writing():
        ids = [row["id"] for row in await Session.select(Session.id).where(due).order_by(Session.id).limit(AT_ONCE)]
        await db.lock(Session, *ids)
        if ids:
            await Session.update(NOWHERE.columns()).where(Session.id.is_in(ids))
    return len(ids) == AT_ONCE


async def _sweep_printouts(over: Any) -> bool:
    """What chefs' sheets said; who printed one, the trail says."""
    due = Printout.session.is_in(over)
    if not await Printout.exists().where(due):
        return False
    async with db.writing():
        ids = [row["id"] for row in await Printout.select(Printout.id).where(due).order_by(Printout.id).limit(AT_ONCE)]
        if ids:
            await Printout.delete().where(Printout.id.is_in(ids))
    return len(ids) == AT_ONCE

"""Two stores with their people, and two families who must never see each other's rows."""

from __future__ import annotations

from dataclasses import dataclass

from events.catalog.tables import Event, Session, Store
from events.people.tables import Household, Role, Staff
from events.signup.tables import Registration
from tests import make


@dataclass(frozen=True, kw_only=True)
class Cast:
    """East has an event by its host, and both families come to its session; west has nothing of theirs."""

    owner: Staff
    east: Store
    east_lead: Staff
    east_host: Staff
    west: Store
    west_lead: Staff
    west_host: Staff
    event: Event
    session: Session
    chens: Household  # one adult and a child
    chens_registration: Registration
    lins: Household  # one adult
    lins_registration: Registration


async def assemble() -> Cast:
    """Everybody, in the database."""
    east, west = await make.store("花园店"), await make.store("江湾店")
    east_host = await make.staff(Role.HOST, east, name="小盒阿宁")
    event = await make.event(east, host=east_host, title="亲子做月饼")
    session = await make.session(event)
    chens, lins = await make.household("陈妈妈"), await make.household("林爸爸")
    coming = make.party(1, 1, name=chens.name, phone=chens.phone)
    return Cast(
        owner=await make.staff(Role.OWNER, name="店主"),
        east=east,
        east_lead=await make.staff(Role.LEAD, east, name="大盒东"),
        east_host=east_host,
        west=west,
        west_lead=await make.staff(Role.LEAD, west, name="大盒西"),
        west_host=await make.staff(Role.HOST, west, name="小盒西"),
        event=event,
        session=session,
        chens=chens,
        chens_registration=await make.registration(session, party=coming, household=chens),
        lins=lins,
        lins_registration=await make.registration(session, party=make.party(name=lins.name, phone=lins.phone), household=lins),
    )

"""One family's children asked for by hosts in two processes at the same moment: they are handed over once, and a delegate's code is
good once.
"""

from __future__ import annotations

from collections import Counter

from events import clock, sealing
from events.catalog.tables import Session
from events.checkin import arrivals, tickets
from events.checkin.care import pickup_codes
from events.checkin.tables import Pickup
from events.signup import registrations
from events.signup.tables import AttendeeKind
from tests import make
from tests.races import hand_overs, processes


async def race(url: str, lock: str) -> Counter[str]:
    """What four hosts were told who had a delegate's code for two children, and under "rows" how many hand-overs there are."""
    sealing.use([hand_overs.KEY])
    host = await make.staff()
    session = await make.session(await make.event(host=host, is_drop_off=True))
    registration = await make.registration(session, adults=1, children=2)
    await Session.update({Session.starts_at: clock.now()}).where(Session.id == session.id)
    ticket = await tickets.of(registration.id)
    assert ticket is not None
    children = [each.id for each in await registrations.people_of(registration.id) if each.kind == AttendeeKind.CHILD]
    await arrivals.admit(ticket, children, nonce=make.key(), by=host)
    code = await pickup_codes.name_delegate(registration, "外婆")
    told = processes.together(url, "hand_overs", *[[ticket.id, host.id, lock, code.text]] * 2)
    return Counter(word for each in told for word in each) + Counter(rows=await Pickup.count())


async def test_four_hosts_in_two_processes_hand_over_once(url: str) -> None:
    assert await race(url, "on") == {"handed over": 1, "Refused": 3, "rows": 1}


async def test_without_the_lock_children_are_handed_over_twice(url: str) -> None:
    """The control: the race is there."""
    assert (await race(url, "off"))["rows"] > 1

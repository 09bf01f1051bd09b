"""Somebody at a host's phone tries pick-up codes as fast as it goes.

For a minute of it: LINJU_GUESSING=60 pytest tests/web/door/test_guessing_codes.py
"""

from __future__ import annotations

import asyncio
import os
import time
from datetime import timedelta
from itertools import product

from litestar import Litestar

from events import clock
from events.catalog.tables import Event, Session
from events.checkin import arrivals, presence
from events.checkin.care import pickup_codes
from events.checkin.care.living_codes import ALPHABET, LENGTH
from events.checkin.care.tries import BY_ONE, IN_ALL
from events.checkin.tables import Pickup, Ticket
from events.people.tables import Audit
from events.signup import registrations
from events.signup.tables import AttendeeKind
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast

SECONDS = float(os.environ.get("LINJU_GUESSING", "2"))
AT_ONCE = 8


async def test_codes_tried_at_full_speed_are_slowed_and_none_is_found(app: Litestar, cast: Cast) -> None:
    await Event.update({Event.is_drop_off: True}).where(Event.id == cast.event.id)
    rows = [await make.registration(cast.session, adults=1, children=1) for _family in range(2)]
    now = clock.now()
    await Session.update({Session.starts_at: now - timedelta(minutes=9), Session.ends_at: now + timedelta(hours=2)}).where(
        Session.id == cast.session.id
    )
    (ticket, child, code), (other, others_child, others_code) = [await let_in(row.id, cast) for row in rows]
    address = f"/door/{cast.session.id}/hand-over/{ticket.id}"
    phones = [await browser.of_staff(app, cast.east_host) for _phone in range(2)]
    guesses = (text for text in map("".join, product(ALPHABET, repeat=LENGTH)) if text != code)
    ends, answers = time.monotonic() + SECONDS, list[int]()

    async def guess(phone: Browser) -> None:
        while time.monotonic() < ends:
            form = {"proof": "code", "code": next(guesses), "people": child, "nonce": make.key()}
            answers.append((await phone.post(address, data=form)).status_code)
            await asyncio.sleep(0.001)  # as a request takes on its way

    await asyncio.gather(*(guess(phones[0]) for _ in range(AT_ONCE)))
    assert len(answers) > IN_ALL * 2
    assert set(answers) <= {422, 429}
    tried = await Audit.count().where(Audit.act == "pickup.wrong_code")
    assert 0 < tried <= min(IN_ALL, BY_ONE * (2 + SECONDS // 60))

    for _more in range(BY_ONE * 2):  # a minute may be over just now, or be over in the middle of these
        await phones[0].post(address, data={"proof": "code", "code": next(guesses), "people": child, "nonce": make.key()})
    tried = await Audit.count().where(Audit.act == "pickup.wrong_code")
    right = {"proof": "code", "people": child, "nonce": make.key()}
    assert (await phones[0].post(address, data={**right, "code": code})).status_code in {422, 429}  # not even the right one
    theirs = {"proof": "code", "code": others_code, "people": others_child, "nonce": make.key()}
    assert (await phones[0].post(f"/door/{cast.session.id}/hand-over/{other.id}", data=theirs)).status_code == 303
    if tried < IN_ALL:
        assert (await phones[1].post(address, data={**right, "code": code})).status_code == 303
    else:
        known = {"proof": "identity", "people": child, "who": "family", "checked": "known", "nonce": make.key()}
        assert (await phones[1].post(address, data=known)).status_code == 303
    assert await Pickup.count() == 2
    assert not [each for each in (await presence.of_session(cast.session.id)).values() if each.is_inside]


async def let_in(registration: int, cast: Cast) -> tuple[Ticket, str, str]:
    """A family's child is inside: its ticket, the child, and the guardian's code."""
    people = await registrations.people_of(registration)
    child = next(person.id for person in people if person.kind == AttendeeKind.CHILD)
    ticket = await Ticket.objects().get(Ticket.registration == registration)
    assert ticket is not None
    await arrivals.admit(ticket, [child], nonce=make.key(), by=cast.east_host)
    (code,) = await pickup_codes.of([registration], cast.session.id)
    return ticket, str(child), code.text

"""What a family tells of its people reaches whoever feeds and looks after them; after its time it is nowhere, in no page and no row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from litestar import Litestar

from events.catalog.tables import Event, Kind, Session
from events.checkin import arrivals
from events.checkin import erasure as door_erasure
from events.checkin.care import pickup_codes, pickups
from events.checkin.tables import Pickup, Printout, Ticket
from events.piccolo_app import TABLES
from events.signup import erasure, registrations
from events.signup.tables import Attendee, Registration
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast

NUTS, DIET, NOTE, CHILD, MOTHER = "腰果", "香菜", "怕打雷的孩子", "满满", "郑妈妈"
FLAT, CONTACT, CONTACT_PHONE = "3 号楼 502", "开门的王阿姨", "13911112222"
GRANDMA, BARRED = "郑外婆", "郑老三"
MONTH = timedelta(days=31)


@contextmanager
def it_is(day: timedelta) -> Iterator[None]:
    """Noon of a day from today on, a moment later each time it is asked."""
    asked, noon = count(), make.at(0, "12:00") + day
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("events.clock.now", lambda: noon + timedelta(milliseconds=next(asked)))
        yield


async def signed_up(cast: Cast) -> tuple[Session, Registration]:
    """A mother and a child, of whom nothing is told yet, on a visit that starts in an hour and keeps children."""
    event = await make.event(cast.east, host=cast.east_host, kind=Kind.VISIT, chef="罗师傅", is_drop_off=True)
    venue = await make.venue(compound=await make.compound(cast.east))
    flat: dict[str, Any] = {"flat": FLAT, "contact": CONTACT, "contact_phone": CONTACT_PHONE}
    session = await make.session(event, venue=venue, starts_at=make.at(0, "13:00"), **flat)
    party = make.party(name=MOTHER, people=(make.adult(), make.child(CHILD)))
    return session, await make.registration(session, party=party)


async def tell(app: Litestar, registration: Registration) -> None:
    """Through the family's own form."""
    people = await registrations.people_of(registration.id)
    ids = {"adult-0-id": str(people[0].id), "child-0-id": str(people[1].id)}
    child = {"child-0-name": CHILD, "child-0-age": "6", "child-0-allergies": NUTS, "child-0-diet": f"不吃{DIET}", "child-0-note": NOTE}
    whole = {"act": "save", "adults": "1", "children": "1", "name": MOTHER, "phone": registration.phone, "consent": "given", **ids, **child}
    async with await browser.of_family(app, registration.household) as phone:
        answer = await phone.post(f"/my/registrations/{registration.id}/edit", data=whole)
    assert answer.status_code == 303, answer.text


def surfaces(session: Session, registration: Registration, ticket: Ticket) -> dict[str, set[str]]:
    """Where staff look, and what of it they must find there."""
    food = {NUTS, DIET}
    return {
        f"/desk/tickets/{ticket.id}": {*food, NOTE, CHILD},
        f"/desk/registrations/{registration.id}": {*food, NOTE, CHILD},
        f"/desk/sessions/{session.id}/registrations": {NUTS},
        f"/desk/sessions/{session.id}/kit": {*food, CHILD},
        f"/door/{session.id}/roster.json": {*food, NOTE, CHILD},
        f"/door/{session.id}/paper/roster": {*food, NOTE, CHILD},
        f"/door/{session.id}/paper/badges": {NUTS, CHILD},
        f"/door/{session.id}/paper/kitchen": {*food, CHILD},
        f"/door/route?day={make.at(0).astimezone(make.ZONE).date()}": food,
    }


async def missing(client: Browser, wanted: dict[str, set[str]]) -> dict[str, set[str]]:
    """By page, what it does not say."""
    found = {}
    for page, words in wanted.items():
        answer = await client.get(page)
        assert answer.status_code == 200, page
        found[page] = {word for word in words if word not in answer.text}
    return {page: words for page, words in found.items() if words}


async def rows_with(words: set[str]) -> dict[str, set[str]]:
    """By table, which of these words any of its rows has."""
    found: dict[str, set[str]] = {}
    for table in TABLES:
        for row in await table.select():
            there = {word for word in words if any(word in str(value) for value in row.values())}
            if there:
                found.setdefault(table._meta.tablename, set()).update(there)
    return found


async def test_what_a_family_tells_reaches_everybody_who_must_know(app: Litestar, cast: Cast) -> None:
    with it_is(timedelta(0)):
        session, registration = await signed_up(cast)
        wanted = surfaces(session, registration, await make.ticket_of(registration))
        async with await browser.of_staff(app, cast.east_host) as host:
            before = await missing(host, {page: words - {CHILD} for page, words in wanted.items()})
            await tell(app, registration)
            after = await missing(host, wanted)
    assert set(before) == set(wanted)
    assert after == {}


async def test_a_month_later_nothing_of_it_is_anywhere(app: Litestar, cast: Cast) -> None:
    words = {NUTS, DIET, NOTE, CHILD, MOTHER, FLAT, CONTACT, CONTACT_PHONE, GRANDMA, BARRED}
    with it_is(timedelta(0)):
        session, registration = await signed_up(cast)
        await tell(app, registration)
        await through_the_day(cast, session, registration)
        wanted = surfaces(session, registration, await make.ticket_of(registration))
        async with await browser.of_staff(app, cast.east_host) as host:
            page = (await host.get(f"/door/{session.id}/paper/kitchen")).text
            tag = page.partition('name="tag" value="')[2].partition('"')[0]
            assert (await host.post(f"/door/{session.id}/paper/kitchen/printouts", data={"tag": tag})).status_code == 303
        there = await rows_with(words)
        assert {word for found in there.values() for word in found} == words
        assert await Printout.count() == 1
    with it_is(MONTH):
        await sweep()
        assert await rows_with(words | {registration.phone}) == {}
        assert await Pickup.count() == 1  # that a child was handed over stays
        assert await Attendee.count().where(Attendee.registration == registration.id) == 2
        async with await browser.of_staff(app, cast.east_host) as host:
            for page in (*wanted, f"/door/{session.id}/children"):
                text = (await host.get(page)).text
                assert (page, {word for word in words if word in text}) == (page, set())


async def through_the_day(cast: Cast, session: Session, registration: Registration) -> None:
    """Somebody barred, a grandmother named, both came, and the grandmother took the child home."""
    await pickups.bar(registration, [BARRED])
    code = await pickups.name_delegate(registration, GRANDMA)
    people = [person.id for person in await registrations.people_of(registration.id)]
    ticket = await make.ticket_of(registration)
    await arrivals.admit(ticket, people, nonce=make.key(), by=cast.east_host)
    codes = await pickup_codes.of([registration.id], session.id)
    text = next(each.text for each in codes if each.id == code.id)
    await pickups.hand_over(ticket, people[1:], nonce=make.key(), by=cast.east_host, code=text)


async def sweep() -> None:
    """As the duty does."""
    more: Any = True
    while more:
        more = [each for each in (await erasure.sweep(), await door_erasure.sweep()) if each]


async def test_a_day_short_of_its_time_all_of_it_is_there(app: Litestar, cast: Cast) -> None:
    """The last test would pass, too, if nothing was ever kept."""
    with it_is(timedelta(0)):
        session, registration = await signed_up(cast)
        await tell(app, registration)
    with it_is(timedelta(days=30)):
        await sweep()
        row = await Session.objects().get(Session.id == session.id)
        assert row is not None
        assert (row.flat, row.contact, row.contact_phone) == (FLAT, CONTACT, CONTACT_PHONE)
        assert {NUTS, DIET, NOTE} <= set().union(*(await rows_with({NUTS, DIET, NOTE})).values())
    assert await Event.exists().where(Event.id == session.event)

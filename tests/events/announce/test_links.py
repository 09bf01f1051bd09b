from __future__ import annotations

import pytest

from events import clock, db
from events.announce import links
from events.announce.links import Came, Ways
from events.checkin import qr
from events.checkin.tables import Passage
from events.signup import changes, registrations
from tests import make

pytestmark = pytest.mark.usefixtures("engine")


async def test_address_is_the_group_s_own_and_fits_a_small_symbol() -> None:
    group = await make.group()
    group.code = "7QX3K"
    assert links.address(group, 41, "https://linju.example") == "https://linju.example/G/7QX3K/41"
    payload = qr.address_payload("https://linju.example", links.path(group, 41))
    assert payload == "HTTPS://LINJU.EXAMPLE/G/7QX3K/41"
    assert qr.version(payload) <= 3


async def test_code_is_found_in_any_case_and_empty_when_unknown() -> None:
    group = await make.group()
    assert await links.code(group.code.lower()) == group.code
    assert await links.code("!!!!!") == ""


async def test_ways_counts_families_and_heads_by_group_over_all_sessions() -> None:
    host = await make.staff()
    event = await make.event(host=host)
    first, second = await make.session(event, places=3), await make.session(event, starts_at=make.at(8))
    inside = await make.registration(first, party=make.party(1, 1, via="AAAAA"))
    await make.registration(first, party=make.party(2, via="AAAAA"))  # waits: one place is left
    await make.registration(second, party=make.party(1, via="aaaaa"), household=await make.household())
    await make.registration(second, party=make.party(3, via="BBBBB"))
    await make.registration(second, party=make.party(1, 2))
    gone = await make.registration(second, party=make.party(5, via="BBBBB"))
    await registrations.cancel(gone)
    fewer = await make.registration(second, party=make.party(4, via="CCCCC"))
    await changes.give_back(fewer, [person.id for person in await registrations.people_of(fewer.id)][:3])
    await registrations.register(second, make.party(2), household=None, key=make.key(), by=host)
    for person in await registrations.people_of(inside.id):
        await Passage(attendee=person.id, session=first.id, nonce=make.key(), way="in", undone_at=clock.now()).save()
        await Passage(attendee=person.id, session=first.id, nonce=make.key(), way="in").save()
    await make.registration(party=make.party(9, via="AAAAA"))  # another event's

    assert await links.ways(event.id) == Ways(
        by_group={"AAAAA": Came(3, 5, 3, 2), "BBBBB": Came(1, 3, 3, 0), "CCCCC": Came(1, 1, 1, 0)},
        by_page=Came(1, 3, 3, 0),
        by_store=Came(1, 2, 2, 0),
    )


async def test_ways_is_one_query_however_many_groups() -> None:
    event = await make.event()
    session = await make.session(event)

    async def queries() -> int:
        before = db.engine().get_query_id()
        await links.ways(event.id)
        return int(db.engine().get_query_id()) - int(before) - 1  # asking counts as one

    asked = [await queries()]
    for code in ("AAAAA", "BBBBB", "CCCCC"):
        await make.registration(session, party=make.party(via=code))
    assert [*asked, await queries()] == [1, 1]


async def test_a_family_counts_once_for_its_group_in_two_sessions() -> None:
    event, household = await make.event(), await make.household()
    for day in (7, 8):
        session = await make.session(event, starts_at=make.at(day))
        await make.registration(session, party=make.party(2, via="AAAAA"), household=household)
    assert (await links.ways(event.id)).by_group == {"AAAAA": Came(1, 4, 4, 0)}


async def test_a_move_within_the_event_keeps_the_group() -> None:
    event = await make.event()
    row = await make.registration(await make.session(event), party=make.party(via="AAAAA"))
    moved = await changes.move(row, await make.session(event, starts_at=make.at(8)))
    assert moved.via == "AAAAA"
    assert (await links.ways(event.id)).by_group == {"AAAAA": Came(1, 1, 1, 0)}


async def test_filled_puts_the_group_s_own_link_in_the_place_of_each_mark() -> None:
    group = await make.group()
    group.code = "7QX3K"
    text = f"周六 {links.mark(41)}\n周日 {links.mark(7)} \u27e6x\u27e7"
    assert links.filled(text, group, "https://linju.example/") == (
        "周六 https://linju.example/G/7QX3K/41\n周日 https://linju.example/G/7QX3K/7 \u27e6x\u27e7"
    )

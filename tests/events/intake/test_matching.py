from __future__ import annotations

from datetime import timedelta

from events import clock, db
from events.catalog.tables import Session
from events.intake import matching
from events.intake.readings import Reading
from events.signup import registrations
from events.signup.tables import Registration
from tests import make
from tests.cast import Cast


async def known(cast: Cast, *readings: Reading, session: Session | None = None) -> list[list[matching.Known]]:
    families = await matching.families(cast.east.id, (session or cast.session).id, readings)
    return [families.of(each) for each in readings]


async def test_families_are_found_by_phone_first_then_by_name(cast: Cast) -> None:
    namesake = await make.registration(await make.session(cast.event), party=make.party(name=cast.chens.name, phone="13900139009"))
    session = await make.session(cast.event)
    (found,) = await known(cast, Reading(name=cast.chens.name, phone=cast.chens.phone), session=session)
    assert [(each.household, each.by_phone, each.phone_end) for each in found] == [
        (cast.chens.id, True, cast.chens.phone[-4:]),
        (namesake.household, False, "9009"),
    ]
    assert found[0].last == cast.session.starts_at
    assert matching.the_one(found) == cast.chens.id


async def test_a_name_alone_is_offered_and_never_taken(cast: Cast) -> None:
    (found,) = await known(cast, Reading(name=cast.chens.name))
    assert [each.household for each in found] == [cast.chens.id]
    assert matching.the_one(found) is None


async def test_two_families_of_one_phone_are_offered_and_neither_taken(cast: Cast) -> None:
    other = await make.household("外婆", cast.chens.phone)
    await make.registration(cast.session, party=make.party(name="外婆", phone=cast.chens.phone), household=other)
    (found,) = await known(cast, Reading(name="谁", phone=cast.chens.phone))
    assert ({each.household for each in found}, matching.the_one(found)) == ({cast.chens.id, other.id}, None)


async def test_families_of_another_store_are_not_there(cast: Cast) -> None:
    elsewhere = await make.session(await make.event(cast.west, host=cast.west_host))
    families = await matching.families(cast.west.id, elsewhere.id, [Reading(name=cast.chens.name, phone=cast.chens.phone)])
    assert families.of(Reading(name=cast.chens.name, phone=cast.chens.phone)) == []


async def test_families_not_seen_for_a_year_are_told_anew(cast: Cast) -> None:
    await Session.update({Session.starts_at: clock.now() - timedelta(days=366)}).where(Session.id == cast.session.id)
    assert await known(cast, Reading(phone=cast.chens.phone)) == [[]]


async def test_families_say_who_is_on_the_roster(cast: Cast) -> None:
    (found,) = await known(cast, Reading(phone=cast.chens.phone))
    assert found[0].registration == cast.chens_registration.id
    await registrations.cancel(cast.chens_registration)
    (found,) = await known(cast, Reading(phone=cast.chens.phone))
    assert found[0].registration is None


async def test_on_roster_asks_by_name_until_the_host_has_said(cast: Cast) -> None:
    (found,) = await known(cast, Reading(name=cast.chens.name))
    assert matching.on_roster(found, None, is_mended=False) == found[0]
    assert matching.on_roster(found, None, is_mended=True) is None
    assert matching.on_roster(found, cast.chens.id, is_mended=True) == found[0]


async def test_families_ask_once_however_many_lines(cast: Cast) -> None:
    async def queries(count: int) -> int:
        before = db.engine().get_query_id()
        await known(cast, *(Reading(name=f"邻居{n}", phone=f"139001390{n:02}") for n in range(count)))
        return db.engine().get_query_id() - before - 1  # asking counts

    assert (await queries(1), await queries(90), await queries(0)) == (1, 1, 0)


async def test_families_without_a_name_match_nobody(cast: Cast) -> None:
    """As erased registrations have neither name nor phone."""
    await Registration.update({Registration.name: "", Registration.phone: ""}).where(Registration.id == cast.chens_registration.id)
    assert await known(cast, Reading(), Reading(name="", phone="13900139001")) == [[], []]

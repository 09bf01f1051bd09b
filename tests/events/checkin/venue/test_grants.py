from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from events import clock, codes
from events.checkin import arrivals
from events.checkin.tables import Act, Grant, How, Passage, Scan
from events.checkin.venue import grants, screens
from events.checkin.venue.grants import STALE
from events.checkin.verdicts import SENTENCES as VERDICTS
from events.checkin.verdicts import Verdict
from events.db.engine import PooledEngine
from events.people.tables import Attempt, Audit
from events.signup import registrations
from tests import make
from tests.events.checkin import venues
from tests.events.checkin.venues import AWAY, MINUTE, SECOND, Clock, Venue, inside, refusal


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It is noon in Shanghai, at which a window begins."""
    hands = Clock(make.at(0, "12:00"))
    monkeypatch.setattr(clock, "now", hands)
    return hands


@pytest.fixture
async def venue(engine: PooledEngine, noon: Clock) -> Venue:
    return await venues.opened(noon)


@pytest.mark.parametrize("seconds", [0, 29, 30, 59])
async def test_enter_takes_the_code_of_this_window_and_the_one_before(venue: Venue, noon: Clock, seconds: int) -> None:
    code = await venue.code()
    noon.moment += seconds * SECOND
    grant = await grants.grant_of(await venue.scan(code))
    assert grant is not None
    assert (grant.session, grant.expires_at) == (venue.session.id, noon.moment + 3 * MINUTE)


@pytest.mark.parametrize("seconds", [60, 90, 3600])
async def test_enter_refuses_a_photo_a_minute_later(venue: Venue, noon: Clock, seconds: int) -> None:
    code = await venue.code()
    noon.moment += seconds * SECOND
    assert await refusal(venue.scan(code)) == STALE
    assert await Grant.count() == 0


async def test_enter_refuses_the_code_of_the_next_window(venue: Venue, noon: Clock) -> None:
    coming = screens.code(await venue.screen(), noon.moment + 30 * SECOND)
    assert await refusal(venue.scan(coming)) == STALE


async def test_enter_takes_small_letters(venue: Venue) -> None:
    assert await venue.scan((await venue.code()).lower())


async def test_enter_refuses_what_is_no_code(venue: Venue) -> None:
    name = (await venue.code())[: screens.NAME]
    for typed in ("", "A", name, f"{name}AAAAAAA", f"{name}AAAAAAAA", f"{name}AAAAAAAAA", "零一二三四五六七八九十一二三", "AAAAAA22222222"):
        assert await refusal(venue.scan(typed or "-", network=typed)) == STALE


async def test_a_grant_is_a_devices_own_and_nothing_of_it_is_in_the_database(venue: Venue) -> None:
    tokens = {await venue.scan(), await venue.scan()}
    assert len(tokens) == 2
    assert {row.digest for row in await Grant.objects()} == {codes.digest(token) for token in tokens}
    screen = await venue.screen()
    assert screens.secret_of(screen) not in f"{screen.sealed}{screen.digest}{screen.seed}"


async def test_check_in_lets_the_family_in_by_itself(venue: Venue) -> None:
    await venue.come(await venue.scan())
    assert await inside(venue) == set(venue.people)
    scan = await Scan.objects().first()
    assert scan is not None
    assert (scan.act, scan.how, scan.made_by) == (Act.ENTER, How.SELF, None)
    assert [row.staff for row in await Audit.objects().where(Audit.act == "arrival.self")] == [None]
    assert {row.made_by for row in await Passage.objects()} == {None}


async def test_check_in_twice_with_one_tap_is_once(venue: Venue) -> None:
    token, nonce = await venue.scan(), make.key()
    await asyncio.gather(*(venue.come(token, nonce=nonce) for _ in range(5)))
    assert (await Scan.count(), await Passage.count()) == (1, 3)


async def test_check_in_of_some_leaves_the_others_for_later(venue: Venue) -> None:
    token = await venue.scan()
    await venue.come(token, venue.people[:2])
    assert await inside(venue) == set(venue.people[:2])
    await venue.come(token)
    assert await inside(venue) == set(venue.people)


async def test_check_in_is_refused_when_three_minutes_are_over(venue: Venue, noon: Clock) -> None:
    token = await venue.scan()
    noon.moment += 3 * MINUTE
    assert await refusal(venue.come(token)) == "过了三分钟，再扫一次屏幕上的码。"
    assert await refusal(venue.come("")) == "过了三分钟，再扫一次屏幕上的码。"
    assert await inside(venue) == set()


async def test_check_in_never_lets_children_in_without_their_adults(venue: Venue) -> None:
    """A host may say "all the same"; nobody else may."""
    await refusal(venue.come(await venue.scan(), venue.people[1:]))
    assert await inside(venue) == set()
    await arrivals.admit(venue.ticket, venue.people[1:], nonce=make.key(), by=venue.host, overrule=True)
    assert await inside(venue) == set(venue.people[1:])


async def test_check_in_refuses_another_sessions_ticket(venue: Venue) -> None:
    other = await make.session(venue.event, starts_at=make.at(0, "16:00"))
    family = await make.registration(other)
    people = [person.id for person in await registrations.people_of(family.id)]
    said = await refusal(grants.check_in(await venue.scan(), await make.ticket_of(family), people, nonce=make.key()))
    assert said == VERDICTS[Verdict.OTHER_SESSION]


async def test_check_in_refuses_a_family_that_gave_its_places_back(venue: Venue) -> None:
    token = await venue.scan()
    await registrations.cancel(venue.registration)
    assert await refusal(venue.come(token)) == VERDICTS[Verdict.GIVEN_BACK]


async def test_check_in_takes_nobody_of_another_family(venue: Venue) -> None:
    strangers = await make.registration(venue.session)
    (stranger,) = await registrations.people_of(strangers.id)
    await refusal(venue.come(await venue.scan(), [stranger.id]))
    assert await Passage.count() == 0


async def test_families_of_names_this_session_first_then_the_days_and_the_events(venue: Venue) -> None:
    household = venue.registration.household
    home = await make.household()
    assert [row.id for row in await grants.families_of(household, venue.session)] == [venue.registration.id]
    assert await grants.families_of(home.id, venue.session) == []
    later = await make.registration(await make.session(venue.event, starts_at=make.at(3)), household=home)
    elsewhere = await make.registration(await make.session(), household=home)
    assert [row.id for row in await grants.families_of(home.id, venue.session)] == [later.id]
    assert elsewhere.household == home.id


async def test_guesses_of_a_network_are_counted_and_no_family_is_locked_out(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even one on the same wifi; and none on another."""
    monkeypatch.setattr(grants, "GUESSES", 3)
    name = (await venue.code())[: screens.NAME]
    said = [await refusal(venue.scan(f"{name}AAAAAAA{letter}")) for letter in "ABCDE"]
    assert [sentence == STALE for sentence in said] == [True, True, True, False, False]
    assert "试得太多了" in await refusal(venue.scan())
    assert await venue.scan(household=venue.registration.household)
    assert await venue.scan(network=AWAY)


async def test_a_familys_own_guesses_are_counted_too(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grants, "OF_FAMILY", 3)
    name, household = (await venue.code())[: screens.NAME], venue.registration.household
    for letter in "ABC":
        assert await refusal(venue.scan(f"{name}AAAAAAA{letter}", network=letter, household=household)) == STALE
    assert "试得太多了" in await refusal(venue.scan(household=household, network=AWAY))


async def test_whoever_was_there_is_no_guesser(venue: Venue, noon: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old code is refused, and a right one taken, without being counted."""
    monkeypatch.setattr(grants, "GUESSES", 2)
    code = await venue.code()
    for _ in range(4):
        assert await venue.scan()
    noon.moment += 2 * MINUTE
    for _ in range(4):
        assert await refusal(venue.scan(code)) == STALE
    assert [row.tries for row in await Attempt.objects()] == [0]


async def test_an_old_code_leads_on_a_device_whose_grant_is_good(venue: Venue, noon: Clock) -> None:
    """It goes back, or opens the address once more."""
    code = await venue.code()
    token = await venue.scan(code)
    noon.moment += 2 * MINUTE
    assert await venue.scan(code, token=token) == token
    noon.moment += 2 * MINUTE
    assert await refusal(venue.scan(code, token=token)) == STALE


async def test_a_grant_opens_no_other_screen(venue: Venue) -> None:
    other = await make.session(venue.event, starts_at=venue.session.starts_at)
    await screens.open_(other, by=venue.host)
    row = await screens.of(other.id)
    assert row is not None
    assert await refusal(venue.scan(f"{row.name}AAAAAAAA", token=await venue.scan())) == STALE


async def test_sweep_drops_what_was_granted_a_day_ago(venue: Venue, noon: Clock) -> None:
    await venue.scan()
    noon.moment += timedelta(days=1)
    await grants.sweep()
    assert await Grant.count() == 1
    noon.moment += 4 * MINUTE
    await grants.sweep()
    assert await Grant.count() == 0

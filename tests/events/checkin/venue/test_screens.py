from __future__ import annotations

import asyncio

import pytest

from events import clock, sealing
from events.catalog.tables import Event, EventState, SessionState
from events.checkin import qr
from events.checkin.tables import Screen
from events.checkin.venue import grants, screens
from events.checkin.venue.grants import STALE
from events.checkin.venue.screens import SENTENCES, Stage
from events.db.engine import PooledEngine
from events.errors import NotThere
from events.people.tables import Audit
from tests import make
from tests.events.checkin import venues
from tests.events.checkin.venues import MINUTE, SECOND, Clock, Venue, refusal


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It is noon in Shanghai, at which a window begins."""
    hands = Clock(make.at(0, "12:00"))
    monkeypatch.setattr(clock, "now", hands)
    return hands


@pytest.fixture
async def venue(engine: PooledEngine, noon: Clock) -> Venue:
    return await venues.opened(noon)


async def test_the_code_is_another_one_every_half_minute(venue: Venue, noon: Clock) -> None:
    first = await venue.code()
    noon.moment += 29 * SECOND
    assert await venue.code() == first
    noon.moment += SECOND
    assert await venue.code() != first


async def test_shown_says_when_the_next_one_comes(venue: Venue, noon: Clock) -> None:
    noon.moment += 12 * SECOND
    assert (await screens.shown(await venue.screen())).left == 18_000


async def test_the_code_fits_a_version_3_symbol(venue: Venue) -> None:
    assert qr.version(qr.address_payload("https://linju.example-shop.com", f"/V/{await venue.code()}")) <= 3


async def test_two_screens_never_show_the_same(venue: Venue) -> None:
    other = await make.session(venue.event, starts_at=venue.session.starts_at)
    await screens.open_(other, by=venue.host)
    row = await screens.of(other.id)
    assert row is not None
    theirs = (await screens.shown(row)).code
    assert (theirs[: screens.NAME] == (await venue.code())[: screens.NAME], theirs[-8:] == (await venue.code())[-8:]) == (False, False)


@pytest.mark.parametrize(
    ("starts", "ends", "stage"), [(31, 90, Stage.EARLY), (30, 90, Stage.OPEN), (-60, 1, Stage.OPEN), (-60, 0, Stage.OVER)]
)
async def test_the_screen_is_open_from_half_an_hour_before_to_the_end(
    venue: Venue, noon: Clock, starts: int, ends: int, stage: Stage
) -> None:
    code = await venue.code()
    await venue.move(starts_at=noon.moment + starts * MINUTE, ends_at=noon.moment + ends * MINUTE)
    shown = await screens.shown(await venue.screen())
    assert (shown.stage, bool(shown.code)) == (stage, stage is Stage.OPEN)
    if stage is Stage.OPEN:
        assert await venue.scan(code)
    else:
        assert await refusal(venue.scan(code)) == SENTENCES[stage]


async def test_the_screen_of_a_session_called_off_shows_no_code(venue: Venue) -> None:
    code = await venue.code()
    await venue.move(state=SessionState.CANCELLED)
    assert (await screens.shown(await venue.screen())).stage is Stage.OFF
    assert await refusal(venue.scan(code)) == SENTENCES[Stage.OFF]


async def test_the_screen_of_a_draft_shows_no_code(venue: Venue) -> None:
    await Event.update({Event.state: EventState.DRAFT}).where(Event.id == venue.event.id)
    assert (await screens.shown(await venue.screen())).code == ""


async def test_open_again_gives_another_address_and_ends_the_old_ones_codes_and_grants(venue: Venue, noon: Clock) -> None:
    code, secret, token = await venue.code(), screens.secret_of(await venue.screen()), await venue.scan()
    noon.moment += SECOND
    await screens.open_(venue.session, by=venue.host)
    with pytest.raises(NotThere):
        await screens.by_secret(secret)
    assert await refusal(venue.scan(code)) == STALE
    assert not await grants.is_good(await grants.grant_of(token))
    assert await Screen.count() == 1


async def test_open_by_two_hosts_at_once_makes_one_screen(venue: Venue) -> None:
    other = await make.session(venue.event, starts_at=venue.session.starts_at)
    await asyncio.gather(*(screens.open_(other, by=venue.host) for _ in range(4)))
    row = await screens.of(other.id)
    assert row is not None
    assert (await screens.by_secret(screens.secret_of(row))).id == row.id


async def test_close_ends_codes_and_grants_at_once(venue: Venue) -> None:
    code, token = await venue.code(), await venue.scan()
    await screens.close(venue.session, by=venue.host)
    await screens.close(venue.session, by=venue.host)
    assert (await screens.shown(await venue.screen())).stage is Stage.CLOSED
    assert await refusal(venue.scan(code)) == SENTENCES[Stage.CLOSED]
    assert await refusal(venue.come(token)) == "过了三分钟，再扫一次屏幕上的码。"
    acts = [row.act for row in await Audit.objects().order_by(Audit.id) if row.act.startswith("screen.")]
    assert acts == ["screen.opened", "screen.closed"]


async def test_a_screen_under_a_lost_key_is_closed_and_can_be_opened_anew(venue: Venue) -> None:
    sealing.use(["another key of at least 32 characters"])
    screen = await venue.screen()
    assert ((await screens.shown(screen)).stage, screens.secret_of(screen)) == (Stage.CLOSED, "")
    await screens.open_(venue.session, by=venue.host)
    assert await venue.code()

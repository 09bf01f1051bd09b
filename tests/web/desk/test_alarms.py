from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from litestar import Litestar

from events import clock
from events.catalog.tables import Session
from tests import browser
from tests.browser import Browser
from tests.cast import Cast
from tests.events.checkin import crafts as making
from tests.events.checkin.crafts import Crafts

LOUD = "还有 2 个孩子没接走"


@pytest.fixture
async def crafts(app: Litestar) -> Crafts:
    """Over for a minute, with the Chens' children still here."""
    found = await making.open_crafts()
    await found.let_in(found.chens)
    await ended(found, minutes_ago=1)
    return found


@pytest.fixture
async def counter(app: Litestar, crafts: Crafts) -> AsyncIterator[Browser]:
    async with await browser.of_staff(app, crafts.host) as one:
        yield one


async def ended(crafts: Crafts, *, minutes_ago: int) -> None:
    moment = clock.now() - timedelta(minutes=minutes_ago)
    await Session.update({Session.starts_at: moment - timedelta(hours=1), Session.ends_at: moment}).where(Session.id == crafts.session.id)


@pytest.mark.parametrize("page", ["/desk", "/desk/events", "/desk/password", "/door/{session}/children", "/desk/tickets/{ticket}"])
async def test_pages_of_the_desk_and_the_door_are_loud(crafts: Crafts, counter: Browser, page: str) -> None:
    text = (await counter.get(page.format(session=crafts.session.id, ticket=crafts.chens.ticket.id))).text
    assert LOUD in text
    assert f'href="/door/{crafts.session.id}/children"' in text


async def test_pages_a_phone_keeps_ask_for_it_each_time(crafts: Crafts, counter: Browser) -> None:
    """A page opened without a connection must not say what was true yesterday."""
    for page in ("/door", f"/door/{crafts.session.id}"):
        text = (await counter.get(page)).text
        assert LOUD not in text
        assert "data-at-once" in text


async def test_show_is_for_the_store_and_for_owners(
    crafts: Crafts, counter: Browser, cast: Cast, host_client: Browser, owner_client: Browser
) -> None:
    assert LOUD in (await counter.get("/desk/alarms")).text
    assert LOUD in (await owner_client.get("/desk/alarms")).text
    other = await host_client.get("/desk/alarms")
    assert (other.status_code, "alarm-of" in other.text) == (200, False)


async def test_show_says_nothing_to_whoever_has_seen_it_and_to_strangers(crafts: Crafts, counter: Browser, anyone: Browser) -> None:
    asked = re.search(r'data-live="([^"]+)"', (await counter.get("/desk")).text)
    assert asked
    assert (await counter.get(asked[1])).status_code == 204
    stranger = await anyone.get("/desk/alarms")
    assert (stranger.status_code, stranger.text) == (204, "")
    await crafts.hand_over(crafts.chens, collector="妈妈", checked="known")
    quiet = await counter.get(asked[1])
    assert (quiet.status_code, "alarm-of" in quiet.text) == (200, False)


@pytest.mark.parametrize("minutes_ago", [-1, 12 * 60 + 1])
async def test_show_is_quiet_before_the_end_and_after_half_a_day(crafts: Crafts, counter: Browser, minutes_ago: int) -> None:
    assert LOUD in (await counter.get("/desk/alarms")).text
    await ended(crafts, minutes_ago=minutes_ago)
    assert LOUD not in (await counter.get("/desk/alarms")).text


async def test_show_is_quiet_where_children_are_not_left(app: Litestar) -> None:
    found = await making.open_crafts(is_drop_off=False)
    await found.let_in(found.chens, found.chens.people)
    await ended(found, minutes_ago=1)
    async with await browser.of_staff(app, found.host) as counter:
        assert LOUD not in (await counter.get("/desk/alarms")).text


async def test_the_screen_in_the_shop_does_not_tell_strangers(crafts: Crafts, counter: Browser) -> None:
    assert LOUD not in (await counter.get(f"/door/{crafts.session.id}/board")).text

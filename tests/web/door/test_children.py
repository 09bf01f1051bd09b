from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from litestar import Litestar

from events.checkin import arrivals
from events.checkin.tables import Passage
from events.signup.tables import Attendee
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from tests.events.checkin import crafts as making
from tests.events.checkin.crafts import Crafts
from tests.web.door.conftest import ESCAPED, HOSTILE


@pytest.fixture
async def crafts(app: Litestar) -> Crafts:
    return await making.open_crafts()


@pytest.fixture
async def counter(app: Litestar, crafts: Crafts) -> AsyncIterator[Browser]:
    async with await browser.of_staff(app, crafts.host) as one:
        yield one


def address(crafts: Crafts, more: str = "") -> str:
    return f"/door/{crafts.session.id}/children{more}"


async def came_minutes_ago(minutes: int, people: list[int]) -> None:
    (row,) = await Passage.objects().where(Passage.attendee.is_in(people)).limit(1)
    await Passage.update({Passage.at: row.at - timedelta(minutes=minutes)}).where(Passage.attendee.is_in(people))


async def test_index_has_the_longest_first_with_whom_to_call(crafts: Crafts, counter: Browser) -> None:
    for family in (crafts.chens, crafts.lins):
        await crafts.let_in(family)
    await came_minutes_ago(45, crafts.lins.children)
    page = (await counter.get(address(crafts))).text
    assert "还有 4 个孩子在" in page
    assert page.index("林爸爸") < page.index("陈妈妈")
    assert "45 分钟" in page
    assert f"tel:{crafts.lins.registration.phone}" in page
    assert f"/door/{crafts.session.id}/hand-over/{crafts.lins.ticket.id}" in page


async def test_index_tells_who_was_handed_to_whom(crafts: Crafts, counter: Browser) -> None:
    await crafts.let_in(crafts.chens)
    await crafts.hand_over(crafts.chens, collector=HOSTILE, checked="called")
    page = (await counter.get(address(crafts))).text
    assert "孩子都接走了" in page
    assert ESCAPED in page
    assert "打电话问过家长" in page
    assert f"{crafts.host.name}交的" in page


async def test_index_names_no_child_whose_name_is_not_kept(crafts: Crafts, counter: Browser) -> None:
    await Attendee.update({Attendee.name: ""}).where(Attendee.id == crafts.chens.children[0])
    await crafts.let_in(crafts.chens)
    assert "没记名字的孩子、孩子2" in (await counter.get(address(crafts))).text


async def test_list_says_nothing_while_nothing_is_new(crafts: Crafts, counter: Browser) -> None:
    await crafts.let_in(crafts.chens)
    page = (await counter.get(address(crafts))).text
    asked = re.search(r'data-live="(/door/[^"]+)"', page)
    assert asked
    assert (await counter.get(asked[1])).status_code == 204
    await crafts.hand_over(crafts.chens, collector="妈妈", checked="known")
    fresh = await counter.get(asked[1])
    assert (fresh.status_code, "孩子都接走了" in fresh.text, "<html" in fresh.text) == (200, True, False)


async def test_list_without_a_sign_in_says_so(crafts: Crafts, anyone: Browser) -> None:
    answer = await anyone.get(address(crafts, "/list"), headers={"accept": "text/html, application/json"})
    assert answer.status_code == 401


async def test_children_of_another_store_are_not_there(crafts: Crafts, cast: Cast, host_client: Browser) -> None:
    assert [(await host_client.get(address(crafts, more))).status_code for more in ("", "/list")] == [404, 404]


async def test_home_leads_there_only_where_children_are_left(app: Litestar, crafts: Crafts, counter: Browser) -> None:
    other = await making.open_crafts(is_drop_off=False)
    async with await browser.of_staff(app, other.host) as elsewhere:
        assert address(other) not in (await elsewhere.get("/door")).text
    assert address(crafts) in (await counter.get("/door")).text


async def test_a_child_that_left_and_came_again_counts_from_then(crafts: Crafts, counter: Browser) -> None:
    await crafts.let_in(crafts.chens)
    await came_minutes_ago(30, crafts.chens.children)
    await crafts.hand_over(crafts.chens, collector="妈妈", checked="known")
    await arrivals.admit(crafts.chens.ticket, crafts.chens.children, nonce=make.key(), by=crafts.host)
    page = (await counter.get(address(crafts))).text
    assert "0 分钟" in page
    assert "30 分钟" not in page

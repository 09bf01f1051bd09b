import re
from datetime import timedelta

from litestar import Litestar

from events.catalog.tables import Event, EventState, Session
from events.people.tables import Role
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send


async def state_of(event: Event) -> str:
    row = await Event.objects().get(Event.id == event.id)
    assert row is not None
    return row.state


async def test_create_publishes_once(host_client: Browser, cast: Cast) -> None:
    draft = await make.event(cast.east, host=cast.east_host, state=EventState.DRAFT)
    await make.session(draft, starts_at=make.at(8))
    for _tap in range(2):
        answer = await send(host_client, f"/desk/events/{draft.id}/publication")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/events/{draft.id}")
    assert await state_of(draft) == EventState.PUBLISHED


async def test_create_is_not_for_a_colleague(app: Litestar, cast: Cast) -> None:
    draft = await make.event(cast.east, host=cast.east_host, state=EventState.DRAFT)
    await make.session(draft)
    async with await browser.of_staff(app, await make.staff(Role.HOST, cast.east)) as colleague:
        answer = await send(colleague, f"/desk/events/{draft.id}/publication")
    assert (answer.status_code, await state_of(draft)) == (422, EventState.DRAFT)
    assert "只有带这个活动的小盒" in answer.text


async def test_create_warns_of_clashes_and_publishes_at_the_second_press(host_client: Browser, cast: Cast) -> None:
    draft = await make.event(cast.east, host=cast.east_host, state=EventState.DRAFT, title="包粽子")
    session = await make.session(draft)  # while the host is at the other event
    address = f"/desk/events/{draft.id}/publication"
    warned = await send(host_client, address)
    assert (warned.status_code, await state_of(draft)) == (200, EventState.DRAFT)
    assert ("和「亲子做月饼」撞了：小盒 小盒阿宁" in warned.text, "照样发布" in warned.text) == (True, True)
    despite = read(warned.text)
    await Session.update({Session.ends_at: make.at(7, "23:00")}).where(Session.id == session.id)
    await make.session(await make.event(cast.east, host=cast.east_host), starts_at=make.at(7, "20:00"))  # another one since
    again = await send(host_client, address, despite=despite)
    assert (again.status_code, await state_of(draft)) == (200, EventState.DRAFT)
    assert (await send(host_client, address, despite=read(again.text))).status_code == 303
    assert await state_of(draft) == EventState.PUBLISHED


async def test_the_events_page_says_what_clashes_and_where(host_client: Browser, cast: Cast) -> None:
    before = (await host_client.get(f"/desk/events/{cast.event.id}")).text
    other = await make.event(cast.east, host=cast.east_host, title="包粽子", state=EventState.DRAFT)
    await make.session(other, starts_at=cast.session.starts_at + timedelta(minutes=30))
    page = (await host_client.get(f"/desk/events/{cast.event.id}")).text
    said = "和「包粽子」（草稿）撞了：小盒 小盒阿宁"
    assert (said in before, said in page, "小盒阿宁撞了" in page) == (False, True, True)


def read(page: str) -> str:
    """What the second button carries."""
    (found,) = re.findall(r'name="despite" value="([0-9a-f]{16})"', page)
    return str(found)

from litestar import Litestar

from events.catalog.tables import Event, EventState
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
    await make.session(draft)
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

from events.catalog.tables import Event, EventState, Session, SessionState
from events.notices.tables import Change
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send


async def test_new_says_whom_it_concerns(host_client: Browser, cast: Cast) -> None:
    page = await host_client.get(f"/desk/events/{cast.event.id}/cancellation")
    assert "后面 1 场都会取消" in page.text
    assert "3 位" in page.text


async def test_create_calls_off_the_event_and_its_sessions(lead_client: Browser, anyone: Browser, cast: Cast) -> None:
    answer = await send(lead_client, f"/desk/events/{cast.event.id}/cancellation", reason="那天店里盘货", confirmed="1")
    change = await Change.objects().first()
    assert change is not None
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/changes/{change.id}")
    event, session = await Event.objects().first(), await Session.objects().first()
    assert event is not None
    assert session is not None
    assert (event.state, session.state) == (EventState.CANCELLED, SessionState.CANCELLED)
    assert "那天店里盘货" in (await anyone.get(f"/events/{cast.event.id}")).text
    assert "那天店里盘货" in (await lead_client.get("/desk/events?shelf=cancelled")).text


async def test_create_without_a_reason_is_asked_again(host_client: Browser, cast: Cast) -> None:
    answer = await send(host_client, f"/desk/events/{cast.event.id}/cancellation", reason=" ")
    assert (answer.status_code, 'id="e-reason"' in answer.text) == (422, True)


async def test_new_for_a_draft_says_nobody_hears_of_it(host_client: Browser, cast: Cast) -> None:
    draft = await make.event(cast.east, host=cast.east_host, state=EventState.DRAFT)
    assert "谁也不会收到消息" in (await host_client.get(f"/desk/events/{draft.id}/cancellation")).text

from events.catalog.tables import Event, EventState
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send


async def test_create_leads_to_the_new_draft(host_client: Browser, cast: Cast) -> None:
    answer = await send(host_client, f"/desk/events/{cast.event.id}/copy")
    made = await Event.objects().order_by(Event.id, ascending=False).first()
    assert made is not None
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/events/{made.id}")
    assert (made.title, made.state, made.copied_from) == (cast.event.title, EventState.DRAFT, cast.event.id)

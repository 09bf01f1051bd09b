from datetime import timedelta

import pytest

from events import clock
from events.catalog.tables import Session, Venue
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send


@pytest.fixture
async def venue(cast: Cast) -> Venue:
    return await make.venue(cast.east)


def saturdays(at: Venue, /, **typed: object) -> dict[str, object]:
    """Saturdays at ten and at two, six weeks."""
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    wanted = {"first_day": tomorrow, "weeks": "6", "weekdays": ["5"], "time_1": "10:00", "time_2": "14:00", "length": "90", "places": "18"}
    return {"venue": str(at.id), **wanted, **typed}


async def test_create_shows_the_dates_before_it_saves(host_client: Browser, cast: Cast, venue: Venue) -> None:
    shown = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue), act="preview")
    assert shown.status_code == 200
    assert shown.text.count("<time ") == 12
    assert 'value="save"' in shown.text
    assert await Session.count() == 1
    saved = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue), act="save")
    assert (saved.status_code, saved.headers["location"]) == (303, f"/desk/events/{cast.event.id}")
    assert await Session.count().where(Session.places == 18) == 12


async def test_create_marks_what_is_there_and_does_not_offer_to_save(host_client: Browser, cast: Cast, venue: Venue) -> None:
    await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue, weeks="1"), act="save")
    shown = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue), act="preview")
    assert shown.text.count("已经有了") == 2
    assert 'value="save"' not in shown.text
    refused = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue), act="save")
    assert (refused.status_code, await Session.count()) == (422, 3)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["9", "x"]}, "weekdays"),
        ({"time_1": "", "time_2": ""}, "times"),
        ({"time_1": "点"}, "time_1"),
        ({"weeks": "0"}, "weeks"),
        ({"weeks": "53", "weekdays": ["0", "1", "2", "3", "4", "5", "6"]}, "weeks"),
        ({"length": "5"}, "length"),
        ({"first_day": ""}, "first_day"),
        ({"venue": ""}, "venue"),
    ],
)
async def test_create_refuses_and_keeps_what_was_typed(
    host_client: Browser, cast: Cast, venue: Venue, typed: dict[str, object], field: str
) -> None:
    answer = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue, **typed), act="preview")
    assert (answer.status_code, f'id="e-{field}"' in answer.text) == (422, True)
    assert 'value="18"' in answer.text

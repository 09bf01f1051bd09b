from __future__ import annotations

from events.catalog.tables import Event
from events.signup import capacity, registrations
from tests.browser import Browser
from tests.cast import Cast


async def test_destroy_gives_one_place_back(cast: Cast, host_client: Browser) -> None:
    _adult, child = await registrations.people_of(cast.chens_registration.id)
    path = f"/desk/registrations/{cast.chens_registration.id}"
    done = await host_client.post(f"{path}/attendees/removal", data={"people": [child.id]})
    assert "退了几位，还有 1 个名额" in (await host_client.follow(done)).text
    assert (await capacity.count(cast.session.id)).taken == 2


async def test_destroy_of_nobody_or_against_the_rules_is_refused(cast: Cast, host_client: Browser) -> None:
    await Event.update({Event.children_per_adult: 1}).where(Event.id == cast.event.id)
    adult, _child = await registrations.people_of(cast.chens_registration.id)
    path = f"/desk/registrations/{cast.chens_registration.id}/attendees/removal"
    for people, sentence in (([], "先勾上谁不来了"), ([adult.id], "还差 1 个大人")):
        answer = await host_client.post(path, data={"people": people})
        assert (answer.status_code, sentence in answer.text) == (422, True)
    assert (await capacity.count(cast.session.id)).taken == 3
